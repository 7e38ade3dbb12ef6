#!/usr/bin/env bash
# Pages that a person saved from a browser.
# shellcheck source=../lib.sh disable=SC1091,SC2164
. "$(dirname "$0")/../lib.sh"

# answer PAGE DATA: what /api/now/sp/page answers, with one widget.
answer() {
	jq -n --arg page "$1" --argjson data "$2" '{result: {page: {id: $page}, containers: [{rows: [{columns: [{widgets: [
		{widget: {id: "w", data: $data}}]}]}]}]}}'
}

sys_id() { printf '%032x' "$1"; }
row() { printf '{"sys_id": "%s", "登録番号": "C-%s", "サービス名": "Name %s"}' "$(sys_id "$1")" "$1" "$1"; }
pull() {
	local code=$1 store=$2 folder=$3
	shift 3
	expect_code "$code" "$SYNC" pull --store "$WORK/$store" --source ismap --from "$WORK/$folder" "$@"
}
fact() { sqlite3 "$WORK/$1/current" "SELECT value FROM facts WHERE entity = '$2' AND field = '$3' AND until IS NULL"; }

saved_answers() {
	mkdir "$WORK/json"
	answer cloud_service_list "{\"row_count\": 3, \"list\": [$(row 1), $(row 2)]}" >"$WORK/json/list-1.json"
	answer cloud_service_list "{\"row_count\": 3, \"list\": [$(row 2), $(row 3)]}" >"$WORK/json/list-2.json"
	answer cloud_service_list_detail "{\"sys_id\": \"$(sys_id 2)\", \"有効期限\": \"2099年3月31日\"}" >"$WORK/json/detail.json"
	echo 'not a page' >"$WORK/json/notes.txt"
	pull 0 answers json
	said ': 3 services, 3 new'
	equal name 'Name 2' "$(fact answers C-2 name)"
	equal until 2099-03-31 "$(fact answers C-2 valid-until)"
	equal until '' "$(fact answers C-1 valid-until)"
}

not_all_saved() {
	cp -r "$WORK/json" "$WORK/part"
	rm "$WORK/part/list-2.json"
	pull 4 answers part
	said 'states a total of 3, but shows 2'
	equal current generations/1.db "$(readlink "$WORK/answers/current")"
}

saved_pages() {
	mkdir "$WORK/html"
	cat >"$WORK/html/list.html" <<HTML
<!DOCTYPE html>
<!-- saved from url=(0052)https://www.ismap.go.jp/csm?id=cloud_service_list -->
<html><head><meta charset="utf-8"><title>一覧</title><script>var x = "<table>";</script></head><body>
<table><tr><td>menu</td></tr></table>
<table><thead><tr><th>登録番号</th><th>クラウドサービスの<br>名称</th><th>登録 区分</th></tr></thead><tbody>
<tr><td><a href="/csm?id=cloud_service_list_detail&amp;sys_id=$(sys_id 1)">C-1</a></td><td> 名前&amp;一 </td><td>甲</td></tr>
<!-- <tr><td><a href="?sys_id=$(sys_id 3)">C-3</a></td><td>in a comment</td><td></td></tr> -->
<TR ng-if="1 > 0" x=a"b><TD><A title='a > b' HREF='?id=cloud_service_list_detail&amp;sys_id=$(sys_id 2)&amp;x=1' href="?sys_id=$(sys_id 4)">C-2</A></TD>
<td>Name<script>document.write("<td></table>")</script> <table><tr><td>2</td></tr></table></td><td></td></TR>
</tbody></table></body></html>
HTML
	cat >"$WORK/html/two.htm" <<HTML
<!-- saved from url=(0100)https://www.ismap.go.jp/csm?id=cloud_service_list_detail&sys_id=$(sys_id 2) -->
<html><body><table><tr><th>監査対象期間</th><td>2098年4月1日～2099年3月31日</td></tr></table>
<dl><dt>x < y</dt><dt>管理目的</dt><p></p><dd>5.1.1、6.1.2</dd></dl></body></html>
HTML
	pull 0 pages html
	said ': 2 services, 2 new'
	said 'states no number of entries'
	equal name '名前&一' "$(fact pages C-1 name)"
	equal extra 甲 "$(fact pages C-1 extra.登録-区分)"
	equal until 2100-07-31 "$(fact pages C-2 valid-until)"
	equal basis statement "$(fact pages C-2 controls.basis)"
}

no_pages() {
	mkdir "$WORK/nothing" "$WORK/other"
	pull 4 none nothing
	said 'holds no saved page'
	echo '<html><body>hello</body></html>' >"$WORK/other/page.html"
	pull 4 none other
	said 'none of its files is a list page'
	[ ! -e "$WORK/none/current" ]
}

hostile_files() {
	local file
	mkdir "$WORK/hostile"
	cp "$WORK/json/list-1.json" "$WORK/hostile/"
	printf '<html>\377\376</html>' >"$WORK/hostile/a.html"
	pull 4 answers hostile
	said 'a.html is not UTF-8'
	printf '{"result": ' >"$WORK/hostile/a.json"
	rm "$WORK/hostile/a.html"
	pull 4 answers hostile
	said 'cut off'
	{
		echo '<!-- saved from url=(0052)https://x/csm?id=cloud_service_list -->'
		for _ in {1..20000}; do printf '<div><table><tr><td>'; done
	} >"$WORK/hostile/a.html"
	rm "$WORK/hostile/a.json"
	pull 4 answers hostile
	for file in "$WORK"/hostile/*.html; do
		printf '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]><html>&x;</html>' >"$file"
	done
	pull 4 answers hostile
	equal current generations/1.db "$(readlink "$WORK/answers/current")"
	expect_code 0 "$SYNC" verify --store "$WORK/answers"
}

test_case "answers that pages load, saved as JSON" saved_answers
test_case "a list that wasn't saved whole is refused" not_all_saved
test_case "pages saved as HTML" saved_pages
test_case "a folder without a list page is refused" no_pages
test_case "broken and hostile files are refused" hostile_files
finish
