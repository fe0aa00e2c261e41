"""Tables for spreadsheets."""

import csv
import io
import zipfile

import pytest

from bot.tables import Table, to_csv, to_zip


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n=1"])
def test_a_text_that_a_spreadsheet_would_run_is_made_harmless(cell: str):
    (_, row) = csv.reader(io.StringIO(to_csv(Table(("a",), ((cell,),))), newline=""))
    assert row == [f"'{cell}"]


def test_everything_else_stays_as_it_is():
    table = Table(("a", "b", "c", "d"), (("Ünïcode, “quoted”\nlines", -3, 0.5, None), ("", 0, -0.25, True)))
    rows = list(csv.reader(io.StringIO(to_csv(table), newline="")))
    assert rows == [
        ["a", "b", "c", "d"], ["Ünïcode, “quoted”\nlines", "-3", "0.5", ""], ["", "0", "-0.25", "True"],
    ]  # fmt: skip


def test_an_archive_holds_one_file_a_table_and_is_the_same_each_time():
    tables = {"one": Table(("a",), ((1,),)), "two": Table(("b",), ())}
    archive = zipfile.ZipFile(io.BytesIO(to_zip(tables)))
    assert {n: archive.read(n).decode() for n in archive.namelist()} == {"one.csv": "a\r\n1\r\n", "two.csv": "b\r\n"}
    assert to_zip(tables) == to_zip(tables)
