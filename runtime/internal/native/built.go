//go:build linux && (amd64 || arm64 || arm) && !nonative

package native

// Built says whether this build has the engine.
const Built = true
