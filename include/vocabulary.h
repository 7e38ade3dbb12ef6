/*
 * The words that the schema, the code, the tree and the manual share: kinds of
 * entities, relations between them, and fields. The numbers are part of the
 * store's format and of inode numbers: add new ones, never change one.
 */
#ifndef ISMAPFS_VOCABULARY_H
#define ISMAPFS_VOCABULARY_H

/* KIND(id, identifier, name, meaning, meaning in Japanese) */
#define VOCABULARY_KINDS(KIND) \
	KIND(1, ROOT, "root", "the tree's root", "ツリーの最上位") \
	KIND(2, COLLECTION, "collection", \
	     "a directory that gathers others: services, by-name, tables", \
	     "ほかのディレクトリを集めたもの: services、by-name、tables など") \
	KIND(3, EDITION, "edition", "an edition of the control criteria", "管理基準の版") \
	KIND(4, FACET, "facet", \
	     "the services that share one status, level, class or month of expiry", \
	     "状態、影響度レベル、クラスまたは有効期限の月が同じサービス") \
	KIND(5, SERVICE, "service", "a cloud service that is or was on the list", \
	     "一覧に掲載されている、または掲載されていたクラウドサービス") \
	KIND(6, PROVIDER, "provider", "who provides a service", "サービスの提供者") \
	KIND(7, AUDITOR, "auditor", "who assessed a service", "サービスを評価した者") \
	KIND(8, CONTROL, "control", "a control, or a control objective, of an edition", \
	     "版に含まれる管理策または管理目的") \
	KIND(9, BASELINE, "baseline", "a named set of controls that a level demands", \
	     "影響度レベルが求める管理策の名前付きの集合") \
	KIND(10, REGISTRY, "registry", \
	     "the directory .registry: facts about this copy of the list", \
	     "ディレクトリ .registry: この一覧の写しについての事実") \
	KIND(11, DERIVED, "derived", \
	     "a directory of files made of many facts; dated trees lack it", \
	     "多くの事実から作られたファイルのディレクトリ。日付別のツリーにはない") \
	KIND(12, AGENCY, "agency", "a public body that authorized the use of services", \
	     "サービスの利用を認可した公的機関")

/* RELATION(id, identifier, name, meaning, meaning in Japanese) */
#define VOCABULARY_RELATIONS(RELATION) \
	RELATION(0, SELF, ".", "a symlink in the entity's own directory", \
		 "実体自身のディレクトリにあるシンボリックリンク") \
	RELATION(1, SERVICES, "services", \
		 "services of a provider, an auditor, an agency, a baseline, a control", \
		 "提供者、監査者、公的機関、基準セット、管理策に属するサービス") \
	RELATION(2, CONTROLS, "controls", \
		 "controls of a baseline, or of a service's own statement", \
		 "基準セットの、またはサービス自身の言明の管理策") \
	RELATION(3, BASELINES, "baselines", "baselines that demand a control", \
		 "管理策を求める基準セット") \
	RELATION(4, LEVERAGES, "leverages", "services that this service is built on", \
		 "このサービスの土台となるサービス") \
	RELATION(5, LEVERAGED_BY, "leveraged-by", "services that are built on this service", \
		 "このサービスを土台とするサービス")

/*
 * FIELD(id, identifier, name, type, meaning, meaning in Japanese). The order of ids is the order in
 * which a directory lists its files.
 */
#define VOCABULARY_FIELDS(FIELD) \
	FIELD(10, NAME, "name", "line", "name as published", "公表された名称") \
	FIELD(11, NAME_EN, "name.en", "line", "name in English, where the source states one", \
	      "情報源が示す場合の英語名") \
	FIELD(12, NUMBER, "number", "line", "the registry's own number or id of the service", \
	      "公表元が付けたサービスの番号または ID") \
	FIELD(13, STATUS, "status", "word", \
	      "where the service stands; one word of the registry's documented set", \
	      "サービスの状態。公表元ごとに定めた語の一つ") \
	FIELD(14, STATUS_SOURCE, "status.source", "line", "the status in the source's own words", \
	      "情報源の表記による状態") \
	FIELD(15, LEVEL, "level", "word", "the level that the listing is for", \
	      "掲載の対象となる影響度レベル") \
	FIELD(16, LEVEL_SOURCE, "level.source", "line", "the level in the source's own words", \
	      "情報源の表記による影響度レベル") \
	FIELD(17, PROVIDER_NAME, "provider.name", "line", \
	      "the provider's name as this service's entry states it", \
	      "このサービスの項目に記された提供者名") \
	FIELD(18, REGISTERED_ON, "registered-on", "date", \
	      "day of the registration or authorization", "登録日または認可日") \
	FIELD(19, VALID_UNTIL, "valid-until", "date", "last day of validity", "有効期間の末日") \
	FIELD(20, VALID_UNTIL_BASIS, "valid-until.basis", "word", \
	      "stated: by the source; derived: by the registry's rule", \
	      "stated: 情報源による。derived: 制度の規則による") \
	FIELD(21, DELISTED_ON, "delisted-on", "date", \
	      "day on which it was delisted, as its basis says", \
	      "掲載終了の日。根拠は delisted-on.basis") \
	FIELD(22, READY_ON, "ready-on", "date", \
	      "day on which the service was found ready for assessment", \
	      "評価を受ける準備ができたと認められた日") \
	FIELD(23, IN_PROCESS_AGENCY_ON, "in-process-agency-on", "date", \
	      "the source's date of entering agency review", "情報源による、機関の審査に入った日") \
	FIELD(24, IN_PROCESS_BOARD_ON, "in-process-board-on", "date", \
	      "the source's date of entering board review", \
	      "情報源による、委員会の審査に入った日") \
	FIELD(25, IN_PROCESS_PROGRAM_ON, "in-process-program-on", "date", \
	      "the source's date of entering program authorization", \
	      "情報源による、プログラム認可の手続に入った日") \
	FIELD(26, IN_PROCESS_OFFICE_ON, "in-process-office-on", "date", \
	      "the source's date of entering review by the program office", \
	      "情報源による、プログラム事務局の審査に入った日") \
	FIELD(27, ANNUAL_ASSESSMENT, "annual-assessment", "date", \
	      "day of the yearly assessment, --MM-DD, or one date", \
	      "年次評価の日。--MM-DD または一つの日付") \
	FIELD(28, ANNUAL_ASSESSMENT_SOURCE, "annual-assessment.source", "line", \
	      "the same in the source's own words, where they are not a date", \
	      "日付でない場合の、情報源の表記による年次評価の日") \
	FIELD(29, AUDIT_PERIOD, "audit-period", "line", \
	      "period that the assessment covered, START/END", "評価の対象期間。開始/終了") \
	FIELD(30, AUDITOR, "auditor", "line", "who assessed the service", "サービスを評価した者") \
	FIELD(31, CERTIFICATION_PATH, "certification-path", "word", \
	      "who certified or authorized: agency, jab, program", \
	      "認証または認可した者: agency、jab、program") \
	FIELD(32, PARTNERING_AGENCY, "partnering-agency", "line", \
	      "agency that accompanies the authorization", "認可に協力する機関") \
	FIELD(33, AGENCIES, "agencies", "list", "agencies that authorized the use, one per line", \
	      "利用を認可した機関。1 行に一つ") \
	FIELD(34, SERVICE_MODEL, "service-model", "list", "iaas, paas, saas, one per line", \
	      "iaas、paas、saas。1 行に一つ") \
	FIELD(35, DEPLOYMENT_MODEL, "deployment-model", "word", "how the cloud is shared", \
	      "クラウドの共有のしかた") \
	FIELD(36, BUSINESS_FUNCTIONS, "business-functions", "list", \
	      "what the service is used for, one per line", "サービスの用途。1 行に一つ") \
	FIELD(37, SMALL_BUSINESS, "small-business", "yes-no", \
	      "whether the provider is a small business", "提供者が小規模事業者かどうか") \
	FIELD(38, UEI, "uei", "line", \
	      "unique entity identifier of the provider in US procurement", \
	      "米国の調達における提供者の固有識別子") \
	FIELD(39, REGIONS, "regions", "list", "regions that the statement names, one per line", \
	      "言明に挙げられたリージョン。1 行に一つ") \
	FIELD(40, SCOPE, "scope", "text", "scope of the statement", "言明の対象範囲") \
	FIELD(41, URL, "url", "url", "page about the service", "サービスについてのページ") \
	FIELD(42, DESCRIPTION, "description", "text", "description as published", \
	      "公表された説明") \
	FIELD(43, CONTROLS_BASIS, "controls.basis", "word", \
	      "statement: the service's own statement names its controls; class: the baseline of " \
	      "its type and class does; level: its level's baseline does; none: nothing that is " \
	      "stated of it leads to controls", \
	      "statement: サービス自身の言明が管理策を挙げる。class: その方式とクラスの基準セットが挙げる。" \
	      "level: その影響度レベルの基準セットが挙げる。none: 記載内容から管理策に至らない") \
	FIELD(44, LEVERAGES_UNLISTED, "leverages.unlisted", "list", \
	      "services that it says it is built on, but that were never listed", \
	      "土台として挙げられているが、一度も一覧に掲載されていないサービス") \
	FIELD(45, EVIDENCE, "evidence", "line", "what kind of source the entry rests on", \
	      "この項目がどのような情報源によるか") \
	FIELD(46, NOTE, "note", "line", "remark on the entry", "項目についての注記") \
	FIELD(47, SYS_ID, "sys-id", "line", "the portal's own key of the detail page", \
	      "詳細ページに対するポータル自身のキー") \
	FIELD(48, SUBSEQUENT_EVENTS, "subsequent-events", "text", \
	      "what the registry published about the service after its registration", \
	      "登録後に公表元がこのサービスについて公表したこと") \
	FIELD(49, IN_FORCE, "in-force", "word", \
	      "whether the registry itself treats the listing as holding: yes, no, unknown", \
	      "公表元自身が掲載を有効としているかどうか: yes、no、unknown") \
	FIELD(50, IN_FORCE_BASIS, "in-force.basis", "line", "why: what the status means", \
	      "その理由: 状態の意味") \
	FIELD(51, STATUS_CHANGELOG, "status.changelog", "word", \
	      "the newest status of the registry's changelog, where it isn't the status", \
	      "公表元の変更履歴の最新の状態。status と異なる場合のみ") \
	FIELD(52, CLASS, "class", "word", "class of the certification, as stated: a, b, c, d", \
	      "公表された認証のクラス: a、b、c、d") \
	FIELD(53, CERTIFICATION_TYPE, "certification-type", "word", \
	      "rules of the certification: 20x, 20x-pilot, rev5, rev5-pilot", \
	      "認証の方式: 20x、20x-pilot、rev5、rev5-pilot") \
	FIELD(54, PHASE, "phase", "word", "phase of the certification in the registry's words", \
	      "公表元の用語による認証の段階") \
	FIELD(55, UNDER_CORRECTIVE_ACTION_PLAN, "under-corrective-action-plan", "yes-no", \
	      "whether the registry has put the service under a corrective action plan", \
	      "公表元がサービスに是正計画を課しているかどうか") \
	FIELD(56, CORRECTIVE_ACTION_PLAN_ON, "corrective-action-plan-on", "date", \
	      "day of that plan", "その是正計画の日") \
	FIELD(57, DELISTED_ON_BASIS, "delisted-on.basis", "word", \
	      "stated: the registry calls it delisted; absent: it is merely not listed any more, " \
	      "perhaps merged or renumbered, and the day is that of the first list without it", \
	      "stated: 公表元が掲載終了と公表。absent: 統合や番号変更などで掲載がなくなっただけで、" \
	      "日付は掲載のない最初の一覧の日") \
	FIELD(58, EVENTS, "events.tsv", "table", \
	      "the registry's own history of the service's status, oldest first", \
	      "公表元自身によるサービスの状態の履歴。古い順") \
	FIELD(59, CERTIFIED_SERVICES, "certified-services", "list", \
	      "services in the scope of the certification, one per line", \
	      "認証の範囲に含まれるサービス。1 行に一つ") \
	FIELD(70, CERTIFIED_SERVICES_TABLE, "certified-services.tsv", "table", \
	      "the same with the security category of each", "同じものと、それぞれの機密区分") \
	FIELD(71, NEXT_REPORT_ON, "next-report-on", "date", \
	      "day of the provider's next report, as the provider states it", \
	      "提供者が示す次回報告の日") \
	FIELD(72, TRUST_CENTER, "trust-center", "url", \
	      "page of the provider with documents for those who use the service", \
	      "利用者向けの文書を載せた提供者のページ") \
	FIELD(73, STATUS_LIST, "status.list", "word", \
	      "the status of the list itself, where the registry's changelog decided another one", \
	      "公表元の変更履歴が別の状態を定めた場合の、一覧自体の状態") \
	FIELD(74, PACKAGE_OVERVIEW, "package-overview", "list", \
	      "what of this directory the provider's package overview states, one name per line", \
	      "このディレクトリのうち、提供者の概要書（package overview）が示すもの。1 行に一つの名前") \
	FIELD(60, TITLE, "title", "line", "short title as published", "公表された短い題名") \
	FIELD(75, TITLE_EN, "title.en", "line", \
	      "short title in English, where the source states one", \
	      "情報源が示す場合の英語の題名") \
	FIELD(61, TIER, "tier", "word", "governance, management or control", \
	      "governance、management または control") \
	FIELD(62, CONTROL_LEVEL, "control-level", "word", "objective, control or enhancement", \
	      "objective、control または enhancement") \
	FIELD(63, DOMAIN, "domain", "line", "chapter or family", "章または分野") \
	FIELD(64, CATEGORY, "category", "line", "section within the domain", "分野の中の節") \
	FIELD(65, SUFFIX, "suffix", "line", \
	      "P: particular to cloud; B: basic statement requirement; PB: both", \
	      "P: クラウド固有。B: 基本言明要件。PB: その両方") \
	FIELD(66, BASIC_STATEMENT, "basic-statement", "yes-no", \
	      "whether it is a basic statement requirement", "基本言明要件かどうか") \
	FIELD(67, REFERENCE, "reference", "line", "the standard that it goes back to", \
	      "もとになった規格") \
	FIELD(68, LABEL, "label", "line", "id as the standard prints it", \
	      "規格に印刷されたとおりの ID") \
	FIELD(69, WITHDRAWN, "withdrawn", "yes-no", "whether the standard has withdrawn it", \
	      "規格から取り下げられたかどうか") \
	FIELD(80, GENERATION, "generation", "number", "serial number of this state of the list", \
	      "この一覧の状態の通し番号") \
	FIELD(81, PUBLISHED, "published", "time", "when the registry published it, UTC", \
	      "公表元が公表した時刻 (UTC)") \
	FIELD(82, PUBLISHED_BASIS, "published.basis", "word", \
	      "stated: by the publication; given: by the administrator; fetched: by the clock", \
	      "stated: 公表物による。given: 管理者による。fetched: 時計による") \
	FIELD(83, DAY, "day", "date", "that day in the registry's time zone", \
	      "公表元の時間帯でのその日") \
	FIELD(84, FETCHED, "fetched", "time", "when it was read, UTC", "読み取った時刻 (UTC)") \
	FIELD(85, SOURCE, "source", "word", "which reader understood it", \
	      "解釈に使った読み取り部") \
	FIELD(86, LOCATION, "location", "line", "where it came from", "取得元") \
	FIELD(87, SHA256, "sha256", "line", "checksum of the publication", "公表物のチェックサム") \
	FIELD(88, COMPLETE, "complete", "yes-no", "whether the publication is the whole list", \
	      "公表物が一覧の全体かどうか") \
	FIELD(89, SERVICE_COUNT, "service-count", "number", "how many services are listed", \
	      "掲載中のサービスの数") \
	FIELD(90, UUID, "uuid", "line", "identity of the store", "ストアの識別子") \
	FIELD(91, TIME_ZONE, "time-zone", "line", "zone in which the registry's days begin", \
	      "公表元の一日が始まる時間帯") \
	FIELD(92, LANGUAGE, "language", "line", "language of the text that governs", "正文の言語") \
	FIELD(93, REGISTRY, "registry", "word", "which registry this is", "どの一覧か") \
	FIELD(94, CHECKED, "checked", "time", \
	      "when the list was last known to be what its source says, UTC", \
	      "一覧が情報源と一致すると最後に確かめられた時刻 (UTC)") \
	FIELD(95, STALE, "stale", "yes-no", \
	      "whether the list must not be relied on: not whole, or not checked lately", \
	      "一覧に頼ってはならないかどうか: 全体でない、または最近確かめられていない") \
	FIELD(96, LAST_ATTEMPT, "last-attempt", "time", "when its source was last asked, UTC", \
	      "情報源に最後に問い合わせた時刻 (UTC)") \
	FIELD(97, LAST_ERROR, "last-error", "line", \
	      "why the last attempt failed; empty when it did not", \
	      "最後の問い合わせが失敗した理由。失敗していなければ空") \
	FIELD(98, NEXT_TRY, "next-try", "time", \
	      "when its source will be asked next, where that is known, UTC", \
	      "分かっている場合の、次に問い合わせる時刻 (UTC)") \
	FIELD(99, VERIFIED, "verified", "time", \
	      "when the signature of this mirror's list was last verified, UTC", \
	      "このミラーの一覧の署名を最後に検証した時刻 (UTC)") \
	FIELD(100, SIGNER, "signer", "line", "public key that the mirrored list is signed with", \
	      "ミラーされた一覧の署名に対する公開鍵") \
	FIELD(101, EXPIRES, "expires", "time", \
	      "until when its signer lets the mirrored list count as current, UTC", \
	      "署名者がミラーされた一覧を最新として扱わせる期限 (UTC)") \
	FIELD(102, DOCUMENTS, "documents", "list", \
	      "the documents that this state rests on, one per line: role, shape, checksum, " \
	      "location", \
	      "この状態のもとになった文書。1 行に一つ: 役割、形式、チェックサム、取得元")

/* Ids of fields that a source defines itself begin here. */
#define FIELD_FIRST_EXTRA 1000

/* The root's entity id, where every reader begins. */
#define ENTITY_ROOT 1

#define VOCABULARY_ENUM_KIND(number, identifier, name, meaning, meaning_ja) \
	KIND_##identifier = (number),
enum kind { VOCABULARY_KINDS(VOCABULARY_ENUM_KIND) KIND_END };
#undef VOCABULARY_ENUM_KIND

#define VOCABULARY_ENUM_RELATION(number, identifier, name, meaning, meaning_ja) \
	RELATION_##identifier = (number),
enum relation { VOCABULARY_RELATIONS(VOCABULARY_ENUM_RELATION) RELATION_END };
#undef VOCABULARY_ENUM_RELATION

#define VOCABULARY_ENUM_FIELD(number, identifier, name, type, meaning, meaning_ja) \
	FIELD_##identifier = (number),
enum field { VOCABULARY_FIELDS(VOCABULARY_ENUM_FIELD) FIELD_END };
#undef VOCABULARY_ENUM_FIELD

#endif
