# What scdoc says twice, and what mandoc's lint minds: paragraphs that a heading
# or another block begins or ends anyway, and a title in lower case.
/^\.PP?$/ { paragraph = 1; next }
paragraph && !heading && !/^\.(SH|SS|RE|TS|nf|P)/ { print ".P" }
{ paragraph = 0; heading = /^\.(SH|SS)/ }
/^\.TH/ { $2 = toupper($2) }
{ print }
# groff takes hyphenation up again with the title, or with each paragraph; a word that is copied then has U+2010 in it.
/^\.TH/ { print ".nh"; print ".nr HY 0" }
