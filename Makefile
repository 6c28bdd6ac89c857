# Fairlead. `make help` explains every target.
SHELL := /bin/bash
.DEFAULT_GOAL := help

GO ?= go
TEST_FLAGS ?=

.PHONY: help dev build test race check fmt fmt-check vet lint gosec vulncheck sbom generate generate-check docs-check licences bench bench-peers soak fuzz setup pictures clean

help: ## say what each target does
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

dev: ## run the sandbox server on 127.0.0.1:8080
	$(GO) run ./cmd/fairlead dev

build: ## build the static binary into bin/fairlead
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '-s -w' -o bin/fairlead ./cmd/fairlead

test: setup ## every test, PostgreSQL and browser included; installs what is missing
	scripts/with-postgres env FAIRLEAD_TEST_FULL=1 $(GO) test $(TEST_FLAGS) ./...

# A year of the sandbox and whole people are lived without the detector: server/year_test.go says why.
# SQLite's own code is C that was translated: it is not watched, which would cost half of the time of all.
race: setup ## the same under the race detector, as `make check` runs it
	$(MAKE) test TEST_FLAGS='-race -gcflags=modernc.org/...=-race=false -timeout 40m'
	$(GO) test -run 'AYear|WhatNamesAPerson|WholePeople|WhatFailsIsFlagged' ./server ./dialect/flanks

check: fmt-check vet lint gosec generate-check licences vulncheck sbom race ## all that must pass before a change lands

fmt: ## format the tree
	$(GO) tool -modfile=tools/go.mod gofumpt -w $$(git ls-files '*.go' | grep -v '_templ.go$$')

fmt-check: ## fail on files that `make fmt` would change
	@out=$$($(GO) tool -modfile=tools/go.mod gofumpt -l $$(git ls-files '*.go' | grep -v '_templ.go$$')); \
	if [ -n "$$out" ]; then echo "not formatted (run make fmt):"; echo "$$out"; exit 1; fi

vet: ## go vet
	$(GO) vet ./...

# SA4023 panics on this tree in staticcheck 0.8.2.
lint: ## staticcheck
	$(GO) tool -modfile=tools/go.mod staticcheck -checks inherit,-SA4023 ./...

docs-check: setup ## run every command and program of the README, the guides and the other documents
	$(GO) test -count=1 ./docs/docscheck

generate: setup ## write all generated files anew
	$(GO) generate ./dialect/native # the description first: the clients are made of it
	$(GO) generate ./...

generate-check: generate ## fail when a generated file is not up to date
	@if [ -n "$$(git status --porcelain)" ]; then echo "generated files are not up to date:"; git status --short; git diff --stat; exit 1; fi

gosec: ## gosec's rules: each finding fixed, or explained in tools/gosec/explained.txt
	$(GO) run -C tools ./gosec ..

vulncheck: ## known vulnerabilities that the program can reach; says so where their database cannot be reached
	scripts/vulncheck

sbom: build ## what the binary is made of, as bin/fairlead.cdx.json (CycloneDX)
	$(GO) run -C tools ./sbom ../bin/fairlead > bin/fairlead.cdx.json

licences: ## fail on a dependency whose licence may not be in the binary
	scripts/licences

bench: ## the benchmarks, each as a ratio to its floor in the same run
	scripts/with-postgres $(GO) run ./bench

bench-peers: ## the same work as other servers do it: PocketBase (a Go module) and oidc-provider (npm)
	npm ci --prefix bench/peers --no-audit --no-fund --silent
	$(GO) run ./bench -peers -callers 16

soak: setup ## the storms and long runs whose figures are in docs/reliability.md: about an hour
	FAIRLEAD_SOAK=1 scripts/with-postgres env FAIRLEAD_TEST_FULL=1 $(GO) test -v -p 1 -run 'Soak' -timeout 4h ./...

FUZZED = ofx camt mt940 qif norma43 bai2 cnab240 table pdf reader

fuzz: ## fuzz every format of statement files and their reader, a minute each
	set -e; for name in $(FUZZED); do $(GO) test -run '^$$' -fuzz=Fuzz -fuzztime=60s ./format/$$name; done
	$(GO) test -run '^$$' -fuzz=Fuzz -fuzztime=60s ./format

setup: ## install what the tests need beyond Go (apt, npm)
	scripts/setup

pictures: setup ## draw docs/pictures anew: each state of the page at three widths, light and dark; and README's picture
	scripts/pictures

clean: ## remove what was built
	rm -rf bin
