package config

import _ "embed"

//go:generate go test -run ^TestSchemaIsCurrent$ . -update

//go:embed edged.schema.json
var schema []byte

// Schema returns the JSON Schema (draft 2020-12) of the config file, for editors and other checkers.
func Schema() []byte { return schema }
