package publish

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	reflected "github.com/invopop/jsonschema"

	"edged/pipelines/publish/command"
)

// generateCommands makes the schema of all requests and responses: each has its place in $defs, ping_request and
// ping_response, and a payload is one of them.
func generateCommands(t *testing.T) []byte {
	t.Helper()
	r := reflector(t, "command")
	all := &reflected.Schema{
		Title:       "request/<verb>, response/<verb>",
		Description: "What may be asked of the device, if mqtt.commands in the config has the verb, and what it answers. An empty request is {}.",
		Definitions: reflected.Definitions{},
	}
	add := func(name string, s *reflected.Schema) {
		s.Version = ""
		all.Definitions[name] = s
		all.AnyOf = append(all.AnyOf, &reflected.Schema{Ref: "#/$defs/" + name})
	}
	for _, s := range command.Shapes() {
		request := r.Reflect(s.Request)
		request.Title, request.AdditionalProperties = "request/"+string(s.Verb), reflected.FalseSchema
		add(string(s.Verb)+"_request", request)
		data := r.Reflect(s.Data)
		data.Version, data.Description = "", "The answer."
		refused := answered("error", "error", text("What is wrong; the request's field comes first."))
		add(string(s.Verb)+"_response", &reflected.Schema{Title: "response/" + string(s.Verb), OneOf: []*reflected.Schema{answered("ok", "data", data), refused}})
	}
	return written(t, all)
}

// answered is the schema of a response of one status.
func answered(status, holds string, what *reflected.Schema) *reflected.Schema {
	s := &reflected.Schema{Type: "object", Required: []string{"status", holds}, Properties: reflected.NewProperties()}
	s.Properties.Set("status", &reflected.Schema{Type: "string", Enum: []any{status}, Description: "Whether it was carried out."})
	s.Properties.Set(holds, what)
	s.Properties.Set("transaction", text("The request's."))
	return s
}

func text(about string) *reflected.Schema {
	return &reflected.Schema{Type: "string", Description: about}
}

// office is a daemon that has one of everything.
func office() command.Daemon {
	cam := command.SensorState{Name: "cam", Kind: "camera", State: "stale", Reason: "no samples for 4 s"}
	when := command.Stamp(at)
	room := command.PipelineState{
		Name: "room", Labels: []command.LabelState{{Name: "fire", Model: "m", Threshold: 0.5}},
		Alerts: []command.AlertState{{Name: "fire", State: "open", Severity: "critical", When: `label("fire") > 0.8`, Since: &when, Opened: 2, Muted: true, Until: &when}},
	}
	until := command.Stamp(at)
	return command.Daemon{
		Ping: func() command.Pong { return command.Pong{Time: command.Stamp(at), Version: "1", Boot: "b", UptimeS: 7} },
		List: func() command.Listing {
			return command.Listing{Sensors: []command.SensorState{cam}, Pipelines: []command.PipelineState{room}}
		},
		Describe: func(r command.Name) (command.Thing, error) {
			switch r.Name {
			case "cam":
				return command.Thing{Sensor: &command.SensorThing{SensorState: cam, LastError: "gone", Pipelines: []string{"room"}}}, nil
			case "room":
				return command.Thing{Pipeline: &command.PipelineThing{PipelineState: room, Sensors: []string{"cam"}, Models: []string{"m"}}}, nil
			}
			return command.Thing{Model: &command.ModelThing{Name: "m", SHA256: "00", Task: "labels", Pipelines: []string{"room"}}}, nil
		},
		Snapshot: func(context.Context, command.Picture) (command.Taken, error) {
			return command.Taken{Sensor: "cam", Topic: "edged/porch/cam/snapshot", Time: command.Stamp(at), Width: 4, Height: 3}, nil
		},
		Threshold: func(command.Level) (command.Changed, error) {
			return command.Changed{Pipeline: "room", Labels: room.Labels}, nil
		},
		Mute: func(command.Silence, time.Duration) (command.Muted, error) {
			return command.Muted{Pipeline: "room", Alert: "fire", Until: &until}, nil
		},
		Reload: func() (command.Fresh, func(), error) {
			return command.Fresh{Device: "porch", Sensors: []string{"cam"}, Pipelines: []string{"room"}}, nil, nil
		},
	}
}

func TestCommandsAreAsTheirSchemasSay(t *testing.T) {
	desk := command.New(command.Options{Allow: command.Verbs(), Daemon: office()})
	for i, tt := range []struct {
		verb, request string
		ok            bool
	}{
		{"ping", `{}`, true}, {"ping", `{"transaction":"1"}`, true}, {"ping", `{"name":"cam"}`, false}, {"ping", `{"transaction":1}`, false},
		{"list", `{"transaction":"1"}`, true}, {"describe", `{"name":"cam"}`, true}, {"describe", `{"name":"room"}`, true}, {"describe", `{"name":"m"}`, true},
		{"describe", `{"transaction":"1"}`, false}, {"snapshot", `{"sensor":"cam"}`, true}, {"snapshot", `{"sensor":null}`, false},
		{"threshold", `{"pipeline":"room","label":"fire","value":0.5}`, true}, {"threshold", `{"pipeline":"room","value":"0.5"}`, false},
		{"mute", `{"pipeline":"room","alert":"fire","for":"30m"}`, true}, {"mute", `{"alert":"fire"}`, false}, {"reload", `{}`, true},
	} {
		answer, _ := desk.Answer(t.Context(), command.Request{Verb: tt.verb, Payload: []byte(tt.request)})
		if err := validate(t, judgePart(t, "commands", "#/$defs/"+tt.verb+"_response"), answer); err != nil {
			t.Errorf("%d: %s: %v", i, answer, err)
		}
		var a struct{ Status string }
		if err := json.Unmarshal(answer, &a); err != nil {
			t.Fatal(err)
		}
		// The schema and the desk are of one mind on what a request is.
		err := validate(t, judgePart(t, "commands", "#/$defs/"+tt.verb+"_request"), []byte(tt.request))
		if got, want := fmt.Sprint(err == nil, a.Status == "ok"), fmt.Sprint(tt.ok, tt.ok); got != want {
			t.Errorf("%d: %s: got %s, want %s: %v, %s", i, tt.request, got, want, err, answer)
		}
		if err := validate(t, judge(t, "commands"), answer); err != nil {
			t.Errorf("%d: %s: %v", i, answer, err)
		}
	}
}
