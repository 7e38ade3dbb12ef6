# What scdoc says twice, and what mandoc's lint minds: paragraphs that a heading
# or another block begins or ends anyway, and a title in lower case.
/^\.PP?$/ { paragraph = 1; next }
paragraph && !heading && !/^\.(SH|SS|RE|TS|nf|P)/ { print ".P" }
{ paragraph = 0; heading = /^\.(SH|SS)/ }
/^\.TH/ { $2 = toupper($2) }
{ print }
