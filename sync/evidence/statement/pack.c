/* What the statement says of the pack, and of what it proves. */
#include "evidence/statement/statement.h"

void statement_put_maker(struct statement *s)
{
	statement_say(s, "by the holder of the key %s", "鍵 %s の保有者", s->evidence->signer);
	if (s->evidence->by)
		statement_say(s, ", who call themselves \"%s\"", "（自称「%s」）", s->evidence->by);
	statement_say(
		s, ". When, only their own word says: it is in SHA256SUMS.minisig.",
		"が作成しました。作成日時は作成者の申告によるもので、SHA256SUMS.minisig に記載されています。");
}

void statement_put_stamps(struct statement *s)
{
	statement_say(s, "NONE. Without one, nothing here shows when this pack was made.",
		      "なし。この文書がいつ作成されたかは、本資料だけではわかりません。");
}

void statement_put_shown(struct statement *s)
{
	statement_say(
		s,
		"that the holder of the key states this, and that no file of the pack was altered since it was signed.",
		"鍵の保有者が以上のとおり述べていること、署名後にどのファイルも書き換えられていないこと。");
}

void statement_put_not_shown(struct statement *s)
{
	statement_say(
		s,
		"that it is true; that the publisher served this list to others, or at all: what it publishes on the web bears no signature of its own; that the service was secure, that an agency had authorized its use, or that buying it was lawful.",
		"記載の内容が事実であること、公表元がこの一覧を実際に、また他の閲覧者にも示していたこと（ウェブでの公表に公表元の署名はありません）、サービスの安全性、調達や利用が認められていたこと。");
}

void statement_put_official(struct statement *s)
{
	statement_say(
		s,
		"The publisher of the list has no part in this document. Its own records govern.",
		"公表元その他の公的機関は、この文書の作成に関与していません。正は公表元の一覧です。");
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
