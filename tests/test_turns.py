"""Turns on the GPU: never more trainings at once than it has memory for."""

import subprocess
import sys
import threading
import time

import pytest

from labkit.check import probes
from labkit.grading import turns, worker
from labkit.grading.turns import Turns
from labkit.grading.worker import WAITING, Bundle, Worker, WorkerDied


@pytest.mark.parametrize("count", [1, 3])
def test_so_many_turns_are_taken_at_once_and_no_more(tmp_path, monkeypatch, count):
    monkeypatch.setattr(turns, "_LOOK", 0.01)
    lock, now, most, waited = threading.Lock(), [], [], []

    def train(number):
        with Turns(count, tmp_path / "turns").taken() as seconds:
            with lock:
                now.append(number)
                most.append(len(now))
                waited.append(seconds)
            time.sleep(0.1)
            with lock:
                now.remove(number)

    threads = [threading.Thread(target=train, args=(n,)) for n in range(7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(most) == 7
    assert max(most) == count
    assert max(waited) > 0.1


def test_a_process_that_is_killed_gives_its_turn_back(tmp_path, monkeypatch):
    monkeypatch.setattr(turns, "_TELL", 0.0)
    program = (
        "import sys, time; from pathlib import Path\n"
        "from labkit.grading.turns import Turns\n"
        "with Turns(1, Path(sys.argv[1])).taken():\n"
        "    print('taken', flush=True); time.sleep(600)"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE
    )
    assert other.stdout.readline() == b"taken\n"
    told = []

    def waiting():
        told.append(other.poll())
        other.kill()

    with Turns(1, tmp_path).taken(waiting):
        other.wait()
    other.stdout.close()
    assert told[0] is None  # it had the turn until it was killed


def test_users_and_gpus_have_turns_of_their_own(monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0")
    first = Turns(1).folder
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "MIG-GPU-1/2/0")
    second = Turns(1).folder
    monkeypatch.setattr(turns.os, "getuid", lambda: 12345)
    third = Turns(1).folder
    assert len({first, second, third}) == 3
    assert first.parent == second.parent == third.parent


@pytest.mark.parametrize("says", [WAITING, "nothing"])
def test_a_worker_that_waits_for_the_gpu_is_not_stuck(monkeypatch, says):
    monkeypatch.setattr(worker, "TOTAL", 0.0)
    monkeypatch.setattr(worker, "_GRACE", 1.0)
    program = (
        "import pickle, sys, time\n"
        "pickle.load(sys.stdin.buffer)\n"
        "for _ in range(4):\n"
        "    time.sleep(0.5)\n"
        f"    if {says == WAITING}:\n"
        f"        pickle.dump(({WAITING!r}, None), sys.stdout.buffer)\n"
        "        sys.stdout.flush()\n"
        "pickle.dump(('', 'graded'), sys.stdout.buffer)\n"
    )
    grader = Worker(Bundle("lab", "", ""))
    grader._process = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    grader._finalizer = grader._process.kill
    if says == WAITING:
        assert grader._ask("a submission") == "graded"
    else:
        with pytest.raises(WorkerDied):
            grader._ask("a submission")


def test_a_students_process_has_its_part_of_the_gpus_memory(monkeypatch):
    class Properties:
        total_memory = 40 << 30

    parts = []
    cuda = probes.torch.cuda
    monkeypatch.setattr(cuda, "is_available", lambda: True)
    monkeypatch.setattr(cuda, "get_device_properties", lambda device: Properties)
    monkeypatch.setattr(cuda, "set_per_process_memory_fraction", parts.append)
    assert probes.has_gpu()
    assert not parts  # a notebook of the student's own may have all of it
    for memory in (10 << 30, 80 << 30):
        monkeypatch.setenv("LABKIT_GPU_MEMORY", str(memory))
        assert probes.has_gpu()
    assert parts == [0.25, 1.0]
    monkeypatch.setattr(cuda, "is_available", lambda: False)
    assert not probes.has_gpu()
