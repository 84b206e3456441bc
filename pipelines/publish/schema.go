package publish

import (
	"embed"
	"fmt"
	"slices"
	"strings"
)

//go:generate go test -run ^TestSchemasAreCurrent$ . -update

//go:embed schema
var schemas embed.FS

// SchemaNames returns the names of the payloads that have a JSON Schema.
func SchemaNames() []string {
	files, err := schemas.ReadDir("schema")
	if err != nil {
		panic("publish: " + err.Error()) // it is part of the program
	}
	var names []string
	for _, f := range files {
		names = append(names, strings.TrimSuffix(f.Name(), ".json"))
	}
	return names
}

// SchemaOf returns the JSON Schema (draft 2020-12) of a payload. Its title is where the payload is found: a topic below
// edged/<device>/.
func SchemaOf(name string) ([]byte, error) {
	if !slices.Contains(SchemaNames(), name) {
		return nil, fmt.Errorf("no payload is named %q: there are %s", name, strings.Join(SchemaNames(), ", "))
	}
	return schemas.ReadFile("schema/" + name + ".json")
}
