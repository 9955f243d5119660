# make check       the gate: format, vet, staticcheck, all tests on every kernel path, cross builds
# make check-long  what needs more than minutes: exhaustive accuracy sweeps, thousands of random networks
# make test-arm64  the numeric packages on arm64, if qemu can run them here; part of make check
# make bench       speed beside others on the same work: about ten minutes, on a quiet machine; writes bench/results and the tables
# make bench-install  the others, by Debian's package manager
# make generate    write the assembly again from its generators

GO ?= go
TOOL = $(GO) tool -modfile=tools/go.mod
# Packages whose results depend on the kernels.
NUMERIC = ./kernel/... ./layer/... ./loss/... ./optim/... ./nn/... ./gradcheck/... ./train/...

.PHONY: check format vet test test-paths test-arm64 cross check-long bench bench-install generate

check: format vet test test-paths cross test-arm64
	@echo "make check: all passed"

format:
	@out=$$(gofmt -l $$(git ls-files '*.go')); if [ -n "$$out" ]; then echo "not formatted by gofmt:"; echo "$$out"; exit 1; fi

vet:
	$(GO) vet ./...
	$(TOOL) staticcheck ./...

test:
	$(GO) test ./...

# The same tests with the kernels forced to each path that the machine has, and to the reference.
test-paths:
	@paths=$$($(GO) run ./cmd/gradus doctor --paths) || exit 1; \
	for path in $$paths; do \
		echo "GRADUS_KERNEL=$$path $(GO) test -count=1 $(NUMERIC)"; \
		GRADUS_KERNEL=$$path $(GO) test -count=1 $(NUMERIC) || exit 1; \
	done

# NEON in an emulator (Debian's qemu-user-static): the same examination, and the same weights to the bit.
QEMU_ARM64 = qemu-aarch64-static
test-arm64:
	@if ! command -v $(QEMU_ARM64) >/dev/null; then \
		echo "test-arm64: skipped, for $(QEMU_ARM64) is not installed (Debian: apt-get install qemu-user-static)"; \
	else \
		export GOARCH=arm64 CGO_ENABLED=0; set -ex; \
		$(GO) vet ./kernel/...; \
		$(GO) test -short -timeout 60m -exec $(QEMU_ARM64) ./initializer ./dataset/... ./internal/portable $(NUMERIC); \
		GRADUS_KERNEL=reference $(GO) test -count=1 -exec $(QEMU_ARM64) -run TestGoldenWeights ./train; \
	fi

cross:
	CGO_ENABLED=0 $(GO) build ./...
	CGO_ENABLED=0 GOARCH=arm64 $(GO) build ./...
	CGO_ENABLED=0 GOOS=windows $(GO) build ./...
	CGO_ENABLED=0 GOOS=darwin GOARCH=arm64 $(GO) build ./...
	@deps=$$($(GO) list -deps -f '{{if not .Standard}}{{.ImportPath}}{{end}}' ./gradcheck ./train ./tune ./dataset/imagefolder | grep -v -e '^golang.org/x/' -e '^github.com/gradus-nn/gradus'); \
	if [ -n "$$deps" ]; then echo "the library packages depend on:"; echo "$$deps"; exit 1; fi

check-long:
	GRADUS_LONG=1 $(GO) test -timeout 120m ./...

bench: bench-install
	$(GO) run ./bench/cmd
	$(GO) run ./bench/cmd -profile
	$(GO) run ./bench/cmd -growth

bench-install:
	@sh bench/install.sh

generate:
	$(GO) generate ./kernel/...
