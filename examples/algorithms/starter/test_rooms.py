from rooms import merged, rooms_needed


def test_the_examples_of_the_task() -> None:
    assert merged([(9, 11), (10, 12), (14, 15)]) == [(9, 12), (14, 15)]
    assert rooms_needed([(9, 11), (10, 12), (11, 13)]) == 2


def test_no_meeting() -> None:
    assert merged([]) == []
    assert rooms_needed([]) == 0
