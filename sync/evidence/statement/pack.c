/* What the statement says of the pack, and of what it proves. */
#include "evidence/statement/statement.h"

void statement_put_maker(struct statement *s)
{
	statement_say(
		s,
		"this page and the files that come with it (\"the pack\"), by the holder of the key %s",
		"この文書と添付のファイル（以下「本資料」）は、鍵 %s の保有者",
		s->evidence->signer);
	if (s->evidence->by)
		statement_say(s, ", who call themselves \"%s\"", "（「%s」と名乗っています）",
			      s->evidence->by);
	statement_say(
		s, ". When, only their own word says: the trusted comment in SHA256SUMS.minisig.",
		"が作成しました。作成日時は作成者の申告によるもので、SHA256SUMS.minisig の trusted comment に記載されています。");
}

void statement_put_stamps(struct statement *s)
{
	const struct evidence_stamp *stamp = &s->evidence->stamp;
	char time[STATEMENT_TEXT_SIZE];

	statement_say(s, "NONE of the pack: nothing here shows when it was made.",
		      "本資料のものはありません。いつ作成されたかは、本資料だけではわかりません。");
	if (stamp->generation == 0)
		return;
	statement_instant(s, stamp->time, time);
	if (stamp->authority[0] != '\0')
		statement_say(s, " But an authority that calls itself \"%s\" stamped a checksum of",
			      "ただし、「%s」と称する認証局が、", stamp->authority);
	else
		statement_say(s, " But an authority without a name stamped a checksum of",
			      "ただし、名称のない認証局が、");
	if (stamp->generation == s->evidence->shown.id)
		statement_say(s, " the list in line 4", "4の一覧のチェックサム");
	else
		statement_say(s, " this copy's later list number %lld, and of all before it",
			      "この写しのその後の一覧（第%lld世代）までのチェックサム",
			      (long long)stamp->generation);
	statement_say(
		s, " at %s (stamps/). If that stamp holds, this copy had it by then.",
		"に%sのタイムスタンプを付けています（stamps/）。それが真正であれば、この写しはその時点で存在していました。",
		time);
}

void statement_put_shown(struct statement *s)
{
	statement_say(
		s,
		"if the check of line 14 succeeds: that somebody who had the key signed this, and that no file of the pack was altered since.",
		"14の確認に成功した場合、鍵を持つ者がこの内容に署名したこと、署名後に本資料のどのファイルも書き換えられていないこと。");
	if (s->evidence->origin && s->evidence->heads > 0)
		statement_say(
			s,
			" Also that the holder of the key %s signed a list whose chain, in heads/, is in chain.tsv.",
			"また、鍵 %s の保有者が、chain.tsv にあるチェーンの値をもつ一覧に署名したこと（heads/）。",
			s->evidence->origin);
	if (s->evidence->forked)
		statement_say(
			s,
			" AND THAT THE SAME KEY SIGNED TWO DIFFERENT LISTS UNDER ONE NUMBER (heads/): what its holder says of this list is in doubt.",
			"【注意】同じ鍵で、同じ番号の異なる二つの一覧に署名されたこと（heads/）。その保有者が示す一覧には疑いがあります。");
	if (s->evidence->refused)
		statement_say(
			s,
			" AND THAT THE SAME KEY SIGNED A LIST WHICH THIS COPY DOESN'T HAVE (heads/). By the maker's word this copy refused it, as it told another past: what the key's holder says of this list is in doubt.",
			"【注意】同じ鍵で、この写しにない一覧にも署名されたこと（heads/）。作成者によれば、過去の内容が異なるためこの写しはその一覧を受け付けませんでした。鍵の保有者が示す一覧には疑いがあります。");
}

void statement_put_not_shown(struct statement *s)
{
	statement_say(
		s,
		"that it is true; that the publisher served this list to others, or at all: what it publishes on the web bears no signature of its own (the checksums in chain.tsv let other copies be compared); that the service was secure, that an agency had authorized its use, or that buying it was lawful.",
		"記載の内容が事実であること、公表元がこの一覧を実際に、また他の閲覧者にも示していたこと（ウェブでの公表に公表元の署名はありません。他の写しとは chain.tsv のチェックサムで比べられます）、サービスの安全性、政府機関による利用が認められていたこと、調達が適法であること。");
}

void statement_put_official(struct statement *s)
{
	statement_say(
		s,
		"The publisher of the list has no part in this document. Its own records govern.",
		"公表元は、この文書の作成に関与していません。正となるのは公表元の記録です。");
}

void statement_put_check(struct statement *s)
{
	statement_say(s, "minisign -Vm SHA256SUMS -P %s", "minisign -Vm SHA256SUMS -P %s",
		      s->evidence->signer);
	statement_next_line(s);
	statement_say(s, "sha256sum -c SHA256SUMS", "sha256sum -c SHA256SUMS");
	statement_next_line(s);
	statement_say(s, "CHECK.txt has the steps, also for Windows.",
		      "手順（Windowsを含む）は CHECK.txt にあります。");
}

void statement_put_key(struct statement *s)
{
	statement_say(
		s,
		"proves nothing by itself: anybody can make a key. Ask its holder, by another way than this pack, whether %s is theirs.",
		"鍵だけでは作成者を示しません（鍵は誰でも作れます）。鍵の保有者に、この資料とは別の方法で %s を照会してください。",
		s->evidence->signer);
}
