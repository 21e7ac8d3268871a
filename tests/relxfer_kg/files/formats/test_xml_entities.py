"""Which entities of XML are harmless."""

import pytest
from relxfer_kg.files.formats.xml_entities import harmless

from relxfer.errors import DataError

HEAD = '<?xml version="1.0"?><!DOCTYPE r [ {} ]><r/>'


@pytest.mark.parametrize(
    "declared",
    [
        "",
        "<!ENTITY owl \"http://www.w3.org/2002/07/owl#\"><!ENTITY a 'b' >",
        " " * (1 << 18) + '<!ENTITY owl "http://www.w3.org/2002/07/owl#">',
        "".join(f'<!ENTITY e{i} "{"a" * 200}">' for i in range(2000)),
    ],
)
def test_short_texts_are(tmp_path, declared):
    (tmp_path / "a.rdf").write_text(HEAD.format(declared))
    harmless(tmp_path / "a.rdf")


@pytest.mark.parametrize(
    "declared",
    [
        '<!ENTITY a "b"><!ENTITY c "&a;&a;"><!ENTITY d "e">',
        f'<!ENTITY a "{"b" * 201}">',
        f'<!ENTITY a "{"b" * 1_000_000}">',
        '<!ENTITY a SYSTEM "file:///etc/passwd">',
        '<!ENTITY % a "b">',
        " " * (1 << 18) + '<!ENTITY a "&a;">',
    ],
)
@pytest.mark.parametrize("more", [0, (1 << 18) - 100])
def test_others_are_not(tmp_path, declared, more):
    (tmp_path / "a.rdf").write_text(" " * more + HEAD.format(declared))
    with pytest.raises(DataError, match="expected XML entities that stand for at most 200 characters"):
        harmless(tmp_path / "a.rdf")
