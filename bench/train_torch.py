# SPDX-License-Identifier: Apache-2.0
# The networks of bench_train.c in PyTorch eager mode, for tools/bench_train.sh.
#   train_torch.py [seconds per model] [threads]
# Prints "model threads microseconds" lines: the fastest step; processor time on one thread.
import sys
import time

import torch
from torch import nn

seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
threads = int(sys.argv[2]) if len(sys.argv) > 2 else 1
torch.set_num_threads(threads)
clock = time.process_time if threads == 1 else time.perf_counter


def mlp():
    net = nn.Sequential(nn.Linear(33, 20), nn.ReLU(), nn.Linear(20, 10), nn.ReLU(),
                        nn.Linear(10, 4))
    return net, torch.rand(32, 33), 4


def cnn1d():
    net = nn.Sequential(
        nn.Conv1d(13, 8, 3, padding=1), nn.ReLU(), nn.MaxPool1d(2), nn.Dropout(0.25),
        nn.Conv1d(8, 16, 3, padding=1), nn.ReLU(), nn.MaxPool1d(2), nn.Dropout(0.25),
        nn.Flatten(), nn.Linear(192, 4))
    return net, torch.rand(32, 13, 49), 4


def dscnn():
    def norm():
        return [nn.BatchNorm2d(64), nn.ReLU()]

    layers = [nn.ZeroPad2d((1, 1, 4, 5)), nn.Conv2d(1, 64, (10, 4), 2, bias=False)] + norm()
    for _ in range(4):
        layers += [nn.Conv2d(64, 64, 3, padding=1, groups=64, bias=False)] + norm()
        layers += [nn.Conv2d(64, 64, 1, bias=False)] + norm()
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 12)]
    return nn.Sequential(*layers), torch.rand(100, 1, 49, 10), 12


def measure(net, x, classes):
    label = torch.randint(0, classes, (x.shape[0],))
    optimizer = torch.optim.Adam(net.parameters(), 1e-3)
    loss = nn.CrossEntropyLoss()

    def step():
        optimizer.zero_grad()
        loss(net(x), label).backward()
        optimizer.step()

    for _ in range(5):
        step()
    best, end = 1e9, time.perf_counter() + seconds
    while time.perf_counter() < end:
        begin = clock()
        step()
        best = min(best, clock() - begin)
    return best * 1e6


for build in (mlp, cnn1d, dscnn):
    print(build.__name__, threads, "%.2f" % measure(*build()), flush=True)
