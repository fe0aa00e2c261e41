import pytest

from bot.verify.quantities import quantities


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Records are kept six years, or 6 years.", ["6", "6"]),
        ("A fine of $450,000 or 2 million dollars.", ["$450000", "$2000000"]),
        ("It takes twenty-one days and two hundred pages.", ["21", "200"]),
        ("One-third, two thirds or half of it; 60 % or twenty percent.", ["1/3", "2/3", "1/2", "60%", "20%"]),
        ("8 NYCRR § 29.1(b)(4) and § 6506-b.", ["8", "29.1(b)(4)", "6506-b"]),
        ("The second time, twice in 2015.", ["2nd", "2", "2015"]),
        ("No one may, and any one of them can.", []),
        ("The first three years.", ["1st", "3"]),
    ],
)
def test_numbers_have_one_way_of_writing(text: str, values: list[str]):
    assert [q.value for q in quantities(text)] == values


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("at least six years", "floor"), ("no less than 6 years", "floor"), ("six or more years", "floor"),
        ("a fine of up to 300 crowns", "cap"), ("within 60 days", "cap"), ("less than 60 cm", "cap"), ("60 days", ""),
        ("Under 8 NYCRR", ""), ("under Article 28", ""), ("under 60 days", "cap"),
    ],
)  # fmt: skip
def test_a_number_has_the_bound_that_stands_with_it(text: str, bound: str):
    assert [q.bound for q in quantities(text)] == [bound]


def test_a_number_counts_what_stands_behind_it():
    hours, years = quantities("Dentists need 60 hours of training every three years.")
    assert (hours.counts, years.counts) == ("hour", "year")
    assert "train" in hours.near


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("June 2016", "june"),
        ("Article 28", "article"),
        ("§ 14", "§"),
        ("Section 14", "§"),
        ("Under 14", ""),
        ("at 14", ""),
    ],
)
def test_a_number_bears_the_name_right_before_it(text: str, label: str):
    assert [q.label for q in quantities(text)] == [label]
