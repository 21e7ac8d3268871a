"""Attributes of nodes: labels, features and splits by their names."""

from __future__ import annotations


def test_masks_are_kept(loaded, tables):
    nodes = "id,label,train_mask,test_mask\n0,a,1,0\n1,b,true,false\n2,a,0,1\n10,b,0,0\n"
    domain = loaded(**tables(nodes=nodes))
    assert (domain.train.queries.tolist(), domain.test.queries.tolist()) == ([0, 1], [2])
    assert "1 labelled nodes are in no split, so that their labels are not used" in domain.notes
    assert domain.inputs.features is None


def test_texts_that_are_names_are_told(loaded, tables):
    nodes = "id,label,called\n0,a,Ann\n1,b,Bob\n2,a,Cid\n10,b,Dot\n"
    told = "'called' has 4 values, one for nearly every node; leave it out of features, unless that is meant"
    assert told in loaded(**tables(nodes=nodes)).notes


def test_names_that_are_not_there(fails, tables):
    assert "expected 'lable' of the nodes, got none: did you mean 'label'" in fails(**tables(), label="lable")
    assert "expected 'sizes' of the nodes" in fails(**tables(), features=["sizes"])
    assert "got 'kind' as both" in fails(**tables(), label="kind", features=["kind"])


def test_a_split_may_have_any_name(loaded, tables):
    nodes = "id,label,fold\n0,a,train\n1,b,Training\n2,a,test\n10,b,\n"
    domain = loaded(**tables(nodes=nodes))
    assert (domain.train.queries.tolist(), domain.test.queries.tolist()) == ([0, 1], [2])
    assert "'fold' says of each node which part of the split it is in" in domain.notes
    assert domain.inputs.features is None
    as_feature = loaded(**tables(nodes=nodes), features=["fold"])
    assert as_feature.inputs.columns == ("fold=Training", "fold=test", "fold=train")


def test_words_of_splits_among_others_are_texts(loaded, tables):
    nodes = "id,label,kind\n0,a,train\n1,b,bus\n2,a,test\n10,b,bus\n"
    assert loaded(**tables(nodes=nodes)).inputs.columns == ("kind=bus", "kind=test", "kind=train")


def test_a_further_name_of_every_node_is_no_feature(loaded, tables):
    rows = "".join(f"n{i},{'ab'[i % 2]},{1000 + 7 * i},{3 * i},{i},p{i}\n" for i in range(12))
    files = tables(nodes="node,label,user_id,views,row,called\n" + rows, edges="source,target\nn0,n1\nn1,n2\n")
    domain = loaded(**files)
    assert domain.inputs.columns == ("views",)
    told = "not used as features: 'user_id', 'row', 'called', of which every node has a value of its own"
    assert any(note.startswith(told) for note in domain.notes)
    assert loaded(**files, features=["user_id"]).inputs.columns == ("user_id",)
    assert len(loaded(**files, categorical=["called"]).inputs.columns) == 13
