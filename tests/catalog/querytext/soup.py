"""Random query text for property tests: real words, syntax, and everything that could break it."""

from hypothesis import strategies as st

PIECES = (
    *("a", "washcloth", "M/M", "C++", "don't", "don’t", "arm-rest", "St. Mary's", "1000", "2020"),
    *("日本語", "ハリー", "हिन्दी", "עִבְרִית", "ไทย", "한국어", "👩‍👩‍👧", "é", "ﷺ", "ß", "½", "ㅋㅋ"),
    *("OR", "AND", "NOT", "or", "|", "||", "&&", "&", "-", "--", "- ", "!", "+", "^2", "~", "~1"),
    *("~2", "*", "**", "?", "(", ")", "((", "))", '"', "“", "”", "„", "«", "»", "'", "’", "‘"),
    *(":)", ":(", ";-)", "(:", "):", ":", "=)", "[", "]", "{", "}", "\\", "/", "<3", "…", ",", "."),
    *("title:", "creator:", "tag:", "text:", "re:", "words:", "kudos:", "updated:", "published:"),
    *("complete:", "language:", "sort:", "SORT:", "one_pairing:", "words", "updated", "ship:"),
    *(">", "<", ">=", "<=", "=", ">1000", "<5", "1000-5000", "1,000", "10k", "1.5k", "..", "5..9"),
    *("2 weeks", "<2weeks", "> 2 years ago", "2020-05", "2020-01-01..2020-12-31", "yesterday"),
    *("true", "no", "en", "pt-BR", "-kudos", "title desc", "relevance", "wash*", "ab*", "colour~"),
    *("\x00", "\u202e", "\u200b", "\u200d", "\ufeff", "\ud800", "\u0301", "\u0301" * 5, "\t", "\n"),
    *("（", "）", "＂", "：", "｜", "\u3000", "´", "¨", "①", "ｶﾞ"),
)

token_soup = st.lists(
    st.tuples(st.sampled_from(PIECES), st.sampled_from(("", " ", " "))), max_size=40
).map(lambda pairs: "".join(piece + space for piece, space in pairs))

any_text = st.text(max_size=120)

queries = st.one_of(token_soup, token_soup, any_text)
