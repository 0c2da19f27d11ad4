"""What each kind of query text means, told by its normal form and its tree."""

from datetime import UTC, datetime

import pytest

from catalog.querytext import (
    And,
    Everything,
    Flag,
    Fuzzy,
    Language,
    Not,
    Or,
    Phrase,
    Prefix,
    Range,
    Word,
    iter_terms,
    parse,
)

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def root_of(text):
    return parse(text, now=NOW).root


def w(text, field=None):
    return Word(text, field)


TREES = [
    ("washcloth", w("washcloth")),
    ("wash cloth", And((w("wash"), w("cloth")))),
    ('"out of the"', Phrase("out of the")),
    ("“out of the”", Phrase("out of the")),
    ("„aus dem“", Phrase("aus dem")),
    ("«de la»", Phrase("de la")),
    ("»aus dem«", Phrase("aus dem")),
    ("”på väg”", Phrase("på väg")),
    ('“mixed"', Phrase("mixed")),
    ("＂全角＂", Phrase("全角")),
    ('"  a   b "', Phrase("a b")),
    ('""', None),
    ('"!!!"', None),
    ("a OR b", Or((w("a"), w("b")))),
    ("a | b", Or((w("a"), w("b")))),
    ("a|b||c", Or((w("a"), w("b"), w("c")))),
    ("a or b", And((w("a"), w("or"), w("b")))),
    ("a AND b", And((w("a"), w("b")))),
    ("a && b", And((w("a"), w("b")))),
    ("-a", Not(w("a"))),
    ("NOT a", Not(w("a"))),
    ("NOT NOT a", w("a")),
    ("NOT -a", w("a")),
    ('-"a b"', Not(Phrase("a b"))),
    ("-(a b)", Not(And((w("a"), w("b"))))),
    ("a -b", And((w("a"), Not(w("b"))))),
    ("a AND NOT b", And((w("a"), Not(w("b"))))),
    ("a OR -b", Or((w("a"), Not(w("b"))))),
    ("a b OR c d", And((w("a"), Or((w("b"), w("c"))), w("d")))),
    ("a AND b OR c", Or((And((w("a"), w("b"))), w("c")))),
    ("a OR b AND c", Or((w("a"), And((w("b"), w("c")))))),
    ("(a b) OR c", Or((And((w("a"), w("b"))), w("c")))),
    ("((a))", w("a")),
    ("((((((((a))))))))", w("a")),
    ("()", None),
    ("a () b", And((w("a"), w("b")))),
    ("wash*", Prefix("wash")),
    ("title:wash*", Prefix("wash", "title")),
    ("학교*", Prefix("학교")),
    ("魔法*", w("魔法")),
    ("colour~", Fuzzy("colour")),
    ("colour~1", Fuzzy("colour")),
    ("colour~0", w("colour")),
    ("ab~", w("ab")),
    ("boost^2", w("boost")),
    ("*", Everything()),
    ("* a", w("a")),
    ("title:basement", w("basement", "title")),
    ("TITLE:basement", w("basement", "title")),
    ("title: basement", w("basement", "title")),
    ('title:"the basement"', Phrase("the basement", "title")),
    ("title:“the basement”", Phrase("the basement", "title")),
    ("title:(a OR b)", Or((w("a", "title"), w("b", "title")))),
    ("title:(a -b)", And((w("a", "title"), Not(w("b", "title"))))),
    ("title:(a creator:b)", And((w("a", "title"), w("b", "creator")))),
    (
        "title:(a (b OR c)) d",
        And((w("a", "title"), Or((w("b", "title"), w("c", "title"))), w("d"))),
    ),
    ("-title:a", Not(w("a", "title"))),
    ("title:-a", Not(w("a", "title"))),
    ("author:Ozfan", w("Ozfan", "creator")),
    ("ship:a", w("a", "relationship")),
    ("title:a b", And((w("a", "title"), w("b")))),
    ("title:OR", w("or", "title")),
    ("complete:true", Flag("complete", value=True)),
    ("complete:no", Flag("complete", value=False)),
    ("crossover:1", Flag("crossover", value=True)),
    ('one_pairing:"yes"', Flag("one_pairing", value=True)),
    ("single_chapter:off", Flag("single_chapter", value=False)),
    ("restricted:False,", Flag("restricted", value=False)),
    ("language:EN", Language("en")),
    ("language:pt-br", Language("pt-BR")),
    ("language:zh_hant", Language("zh-Hant")),
    ("language:(en OR de)", Or((Language("en"), Language("de")))),
    ("words:1000", Range("words", 1000, 1000)),
    ("words:>1000", Range("words", 1001, None)),
    ("words:>=1000", Range("words", 1000, None)),
    ("words:≥1000", Range("words", 1000, None)),
    ("words:<1000", Range("words", None, 999)),
    ("words:<=1000", Range("words", None, 1000)),
    ("words:1000-5000", Range("words", 1000, 5000)),
    ("words:1,000-5,000", Range("words", 1000, 5000)),
    ("words:1.000–5.000", Range("words", 1000, 5000)),
    ("words:1000..5000", Range("words", 1000, 5000)),
    ('words:"1000 - 5000"', Range("words", 1000, 5000)),
    ('words:"1 000"', Range("words", 1000, 1000)),
    ("words:1000 - 5000", Range("words", 1000, 5000)),
    ("words:1000 to 5000", Range("words", 1000, 5000)),
    ("words:10k+", Range("words", 10_000, None)),
    ("words:1.5k", Range("words", 1500, 1500)),
    ("words:..500", Range("words", None, 500)),
    ("words:500..", Range("words", 500, None)),
    ("words:99999999999999999999", Range("words", 2_147_483_647, 2_147_483_647)),
    ("words > 1000", Range("words", 1001, None)),
    ("words>1000", Range("words", 1001, None)),
    ("Words: > 1,000", Range("words", 1001, None)),
    ("words ≤ 10k", Range("words", None, 10_000)),
    ("kudos >= 5 a", And((Range("kudos", 5, None), w("a")))),
    ("words:(>1000 OR <50)", Or((Range("words", 1001, None), Range("words", None, 49)))),
    ("-hits:0", Not(Range("hits", 0, 0))),
    ("words > actions", And((w("words"), w("actions")))),
    ("words", w("words")),
]

PLAIN_WORDS = [
    ("-", None),
    ("a - b", And((w("a"), w("b")))),
    ("--a", w("a")),
    ("a -- b", And((w("a"), w("b")))),
    ("m/m", w("m/m")),
    ("K/S", w("K/S")),
    ("AC/DC", w("AC/DC")),
    ("C++", w("C++")),
    ("C#", w("C#")),
    (":)", None),
    (":-(", None),
    ("(:", None),
    ("):", None),
    ("happy :)))", w("happy")),
    ("happy:)", w("happy")),
    ("(so happy :))", And((w("so"), w("happy")))),
    ("(so happy :) really)", And((w("so"), w("happy"), w("really")))),
    ("(^_^) a", w("a")),
    ("¯\\_(ツ)_/¯", w("ツ")),
    ("St. Mary's", And((w("St"), w("Mary's")))),
    ("don't", w("don't")),
    ("'tis", w("tis")),
    ("5'10", w("5'10")),
    ("re:zero", And((w("re"), w("zero")))),
    ("foo:bar", And((w("foo"), w("bar")))),
    ("-foo:bar", Not(And((w("foo"), w("bar"))))),
    ("a OR foo:bar", Or((w("a"), And((w("foo"), w("bar")))))),
    ("title:re:zero", w("re:zero", "title")),
    ("title:(re:zero)", And((w("re", "title"), w("zero", "title")))),
    ("10:30", w("10:30")),
    ("http://example.org", And((w("http"), w("example.org")))),
    ("id:1", And((w("id"), w("1")))),
    ("[a TO z]", And((w("a"), w("TO"), w("z")))),
    ("foo:", w("foo")),
    ("title:)", w("title")),
    ("!washcloth", w("washcloth")),
    ("help!", w("help")),
    ("+must", w("must")),
    ("#tag", w("tag")),
    ("wash?", w("wash")),
    ("wash\\cloth", w("wash\\cloth")),
    ("M*A*S*H", w("M*A*S*H")),
    ("~*~", None),
    ("<3", w("3")),
    ("kirk&spock", w("kirk&spock")),
    ("kirk & spock", And((w("kirk"), w("spock")))),
    ("👩‍👩‍👧", w("👩‍👩‍👧")),
    ("♥", w("♥")),
    ("arm-rest", w("arm-rest")),
    ("日本語", w("日本語")),
    ("kudos<3~0", w("kudos/3")),
    ("OR a", And((w("or"), w("a")))),
    ("a OR", And((w("a"), w("or")))),
    ("| a |", w("a")),
    ("NOT", w("not")),
    ("a NOT", And((w("a"), w("not")))),
    ("AND", w("and")),
    ("", None),
    ("   ", None),
]

CLEANED = [
    ("wash\x00cloth", w("washcloth")),
    ("wash\u202ecloth", w("washcloth")),
    ("wash\u00adcloth", w("washcloth")),
    ("wash\ud800cloth", w("washcloth")),
    ("a\u200bb", And((w("a"), w("b")))),
    ("a\tb\nc", And((w("a"), w("b"), w("c")))),
    ("ｗａｓｈ", w("wash")),
    ("（a　OR　b）", Or((w("a"), w("b")))),
    ("title：a", w("a", "title")),
    ("e\u0301te\u0301", w("été")),
    ("don´t", w("don´t")),
    ("ｶﾞﾝﾀﾞﾑ", w("ガンダム")),
]


@pytest.mark.parametrize(("text", "tree"), TREES + PLAIN_WORDS + CLEANED)
def test_text_means_tree(text, tree):
    assert root_of(text) == tree


@pytest.mark.parametrize(("text", "tree"), TREES + PLAIN_WORDS + CLEANED)
def test_normal_form_means_the_same(text, tree):
    normal = parse(text, now=NOW).normal
    assert root_of(normal) == tree
    assert parse(normal, now=NOW).normal == normal


NORMAL_FORMS = [
    ("a|b c", "(a OR b) c"),
    ("a AND b OR c", "(a b) OR c"),
    ("NOT (a OR b)", "-(a OR b)"),
    ("title:a title:b", "title:(a b)"),
    ("title:a OR creator:b", "title:a OR creator:b"),
    ("words > 1,000 sort : kudos", "words:>1000 sort kudos"),
    ("words > 1,000 sort: kudos", "words:>1000 sort:kudos"),
    ("words:>=1001 words:<=999", "words:>1000 words:<1000"),
    ("words:>=1", "words:>=1"),
    ("„a b“ -c", '"a b" -c'),
    ("sort:title desc a", "a sort:title desc"),
    ("NOT *", "NOT *"),
    ("words:5 (to) 9", 'words:"5" to 9'),
    ("updated:2020 (days)", 'updated:"2020" days'),
    ("words:1000 -2", "words:1000 -2"),
    ("colour~1 wash**", "colour~ wash*"),
]


@pytest.mark.parametrize(("text", "normal"), NORMAL_FORMS)
def test_normal_form_is_readable(text, normal):
    assert parse(text, now=NOW).normal == normal


ORDERINGS = [
    ("sort:kudos", "-kudos"),
    ("sort: kudos", "-kudos"),
    ("a sort:updated b", "-updated"),
    ("sort:kudos asc", "kudos"),
    ("sort:-kudos", "-kudos"),
    ("sort:+kudos", "kudos"),
    ("sort:title", "title"),
    ("sort:title desc", "-title"),
    ("sort:-title", "-title"),
    ("sort:creator", "creator"),
    ("sort:author descending", "-creator"),
    ("SORT:Words", "-words"),
    ("sort:relevance", "relevance"),
    ("sort:date", "-updated"),
    ('sort:"title desc"', "-title"),
    ("sort:kudos sort:hits", "-hits"),
    ("a", ""),
]


@pytest.mark.parametrize(("text", "ordering"), ORDERINGS)
def test_sort_orders_the_result_and_restricts_nothing(text, ordering):
    query = parse(text, now=NOW)
    assert query.ordering == ordering
    assert parse(query.normal, now=NOW).ordering == ordering
    assert not any(term.text.casefold() in {"sort", "kudos"} for term in iter_terms(query.root))


def test_sort_inside_an_or_leaves_the_operator_its_operands():
    assert root_of("a OR sort:kudos b") == Or((w("a"), w("b")))


def test_notices_tell_what_was_understood_differently():
    codes = [notice.code for notice in parse('OR "a b"~3 sort:hits sort:kudos', now=NOW).notices]
    assert sorted(codes) == ["operator.word", "phrase.suffix", "sort.repeated"]


def test_places_point_into_the_text_as_given():
    text = "e\u0301te\u0301 title:“wash  cloth” OR \u202ewords > 1,000"
    places = [text[leaf.start : leaf.end] for leaf in _leaves(root_of(text))]
    assert places == ["e\u0301te\u0301", "title:“wash  cloth”", "words > 1,000"]


def _leaves(root):
    out = []
    todo = [root]
    while todo:
        node = todo.pop(0)
        if isinstance(node, And | Or):
            todo[:0] = node.children
        elif isinstance(node, Not):
            todo.insert(0, node.child)
        else:
            out.append(node)
    return out


def test_wanted_terms_leave_out_what_is_excluded():
    root = root_of("a -b -(c -d) OR title:eee* words:>5")
    assert [term.text for term in iter_terms(root)] == ["a", "d", "eee"]


def test_language_names_are_those_the_caller_knows():
    names = {"deutsch": "de", "brazilian portuguese": "pt-BR"}
    assert parse("language:Deutsch", now=NOW, languages=names).root == Language("de")
    quoted = parse('language:"Brazilian Portuguese"', now=NOW, languages=names)
    assert quoted.root == Language("pt-BR")
    assert parse(quoted.normal, now=NOW).root == quoted.root
