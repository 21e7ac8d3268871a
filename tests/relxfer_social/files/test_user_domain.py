"""The user's network as a domain: classes, and splits as given."""

from __future__ import annotations

import numpy as np


def test_a_split_is_kept(loaded, tables):
    nodes = "id,label,split\n0,a,train\n1,b,TRAIN\n2,a,test\n10,b,valid\n11,c,test\n"
    domain = loaded(**tables(nodes=nodes))
    parts = {part: getattr(domain, part).queries.tolist() for part in ("train", "val", "test")}
    assert parts == {"train": [0, 1], "val": [3], "test": [2, 4]}
    assert "split as given: 2 train, 1 val, 2 test" in domain.notes
    assert "1 test nodes have the label 'c', which no training node has" in domain.notes


def test_a_network_without_edges(loaded, tables):
    domain = loaded(**tables(edges="source,target\n"))
    assert domain.inputs.edges.shape == (2, 0)
    assert "5 of 5 nodes have no edge" in domain.notes


def test_links_need_no_labels(loaded, tables):
    domain = loaded(path=tables()["path"], task="links", test_fraction=0.5)
    assert domain.inputs.nodes == ("0", "1", "2", "10")
    assert domain.inputs.edges.shape == (2, 2)
    assert len(domain.test) == 4


GROUPED = "node,label,family,size\n" + "".join(f"p{i},{'ab'[i % 2]},f{i // 4},{i}\n" for i in range(40))
RING = "source,target\n" + "".join(f"p{i},p{(i + 1) % 40}\n" for i in range(40))


def test_a_group_stays_on_one_side(loaded, tables):
    domain = loaded(**tables(RING, GROUPED), group="family")
    family = {node: int(name[1:]) // 4 for node, name in enumerate(domain.inputs.nodes)}
    sides = [{family[node] for node in split.queries.tolist()} for split in (domain.train, domain.test)]
    assert sides[0] & sides[1] == set()
    assert len(sides[1]) == 2
    assert len(set(domain.test.groups.tolist())) == 2
    assert domain.inputs.columns == ("size",)
    usual = loaded(**tables(RING, GROUPED.replace("family", "group")))
    assert usual.test.digest() == domain.test.digest()


def test_a_target_without_training_nodes_is_all_of_the_groups(loaded, tables):
    domain = loaded(**tables(RING, GROUPED), group="family", test_fraction=1)
    assert domain.train is None
    assert len(domain.test) == len(loaded(**tables(RING, GROUPED), test_fraction=1).test)


def test_a_given_split_that_tears_groups_is_told(loaded, tables):
    nodes = "node,label,group,split\n0,a,g,train\n1,b,g,test\n2,a,h,train\n10,b,,test\n"
    files = tables("source,target\n0,1\n2,10\n", nodes)
    domain = loaded(**files)
    assert any("1 of 2 groups are in several of the given splits, such as 'g'" in note for note in domain.notes)
    assert domain.test.groups is None


def test_the_order_of_rows_changes_nothing(loaded, tables):
    def shuffled(text, seed):
        head, *rows = text.strip().split("\n")
        np.random.default_rng(seed).shuffle(rows)
        return "\n".join([head, *rows]) + "\n"

    first = loaded(**tables(RING, GROUPED), group="family")
    for seed in range(3):
        other = loaded(**tables(shuffled(RING, seed), shuffled(GROUPED, seed)), group="family")
        assert other.sha == first.sha
        assert (other.train.digest(), other.test.digest()) == (first.train.digest(), first.test.digest())


def test_nodes_without_a_label_leave_the_classes_to_the_source(loaded, tables):
    for nodes in ("node,label\n0,?\n1,\n2,NA\n10,nan\n", "node,kind\n0,a\n1,b\n2,a\n10,b\n"):
        domain = loaded(**tables(nodes=nodes, edges="source,target\n0,1\n2,10\n"))
        assert (domain.task.answers, domain.train, domain.test) == ((), None, None)
        assert len(domain.unlabelled) == 4
        assert "no node has a label: the classes are those of the source" in domain.notes


def test_codes_may_be_categories(loaded, tables):
    domain = loaded(**tables(RING, GROUPED), features=["size"], categorical=["size"])
    assert len(domain.inputs.columns) == 40
    assert any(note == "of the nodes, not used: family" for note in domain.notes)
