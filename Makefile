# SPDX-License-Identifier: Apache-2.0
# Front door. CMake and Ninja do the work in build*/; this file installs what is missing and
# names the common tasks. `make help` lists them.

BUILD  ?= build
JOBS   ?= $(shell nproc 2>/dev/null || echo 2)
MOTE    = $(BUILD)/mote
CMAKE   = cmake -G Ninja -S . -Wno-dev

.PHONY: all demo test asan fuzz bench accuracy check deps clean install help
all: $(BUILD)/build.ninja ## build build/mote (release) with what is installed
	@ninja -C $(BUILD) -j$(JOBS) mote

$(BUILD)/build.ninja: CMakeLists.txt
	@$(CMAKE) -B $(BUILD) -DCMAKE_BUILD_TYPE=Release >$(BUILD).log 2>&1 || { \
	  cat $(BUILD).log; echo "make: configuring failed; \`make deps\` installs what is missing"; exit 1; }
	@rm -f $(BUILD).log

demo: ## the main job: synthetic keywords in, C firmware and an HTML report out
	@tools/install_deps.sh build demo
	@$(MAKE) --no-print-directory all
	@tools/demo.sh $(MOTE)

test: ## build and run every test (at most 20 minutes on 2 cores)
	@tools/install_deps.sh build test
	@$(CMAKE) -B $(BUILD) -DCMAKE_BUILD_TYPE=Release >/dev/null
	@ninja -C $(BUILD) -j$(JOBS)
	@tools/check.sh $(BUILD)
	@cd $(BUILD) && ctest -j$(JOBS) --output-on-failure

asan: ## the tests under AddressSanitizer and UndefinedBehaviorSanitizer
	@tools/install_deps.sh build test
	@$(CMAKE) -B build-asan -DCMAKE_BUILD_TYPE=RelWithDebInfo -DMOTE_SANITIZE=ON >/dev/null
	@ninja -C build-asan -j$(JOBS)
	@cd build-asan && ctest -j$(JOBS) --output-on-failure -LE release-only

fuzz: ## every libFuzzer harness for FUZZ_SECONDS (default 30) each
	@tools/install_deps.sh build test
	@$(CMAKE) -B build-fuzz -DCMAKE_C_COMPILER=clang -DMOTE_FUZZ=ON >/dev/null
	@ninja -C build-fuzz -j$(JOBS)
	@tools/fuzz.sh build-fuzz

bench: ## speed as ratios: instructions per call, training against PyTorch
	@tools/install_deps.sh build test bench
	@$(CMAKE) -B build-bench -DCMAKE_BUILD_TYPE=Release -DMOTE_BENCH=ON >/dev/null
	@ninja -C build-bench -j$(JOBS)
	@tools/bench.sh build-bench

accuracy: all ## train the default templates on the real data sets in MOTE_DATA; prints a table
	@tools/accuracy.sh $(MOTE)

check: all ## include rules, symbols of the runtime, file and function lengths
	@tools/check.sh $(BUILD)

deps: ## install what building, testing and the demo need (Debian 12, apt)
	@tools/install_deps.sh build demo test

install: all ## install mote, its man page and bash completion below PREFIX (/usr/local)
	@tools/install.sh $(MOTE) "$(or $(PREFIX),/usr/local)"

clean: ## remove all build folders
	@rm -rf build build-asan build-fuzz build-bench

help: ## this list
	@awk -F':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile
