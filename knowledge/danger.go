package knowledge

import (
	"errors"
	"fmt"
)

// A Danger is what is said first when somebody may be in danger: the number,
// what to do in the next ten minutes, and nothing that has to be filled in.
type Danger struct {
	Kind  string       `yaml:"kind"`
	Say   string       `yaml:"say"`
	Calls []HelpNumber `yaml:"calls"` // the first is the one to dial now
	Steps []string     `yaml:"steps"`
	line  int
}

// A HelpNumber is a phone number and when to dial it.
type HelpNumber struct {
	Number string `yaml:"number"`
	For    string `yaml:"for"`
}

// Dangers maps a kind of danger to its script.
type Dangers map[string]*Danger

// DangerKinds are the kinds a message can be urgent for.
var DangerKinds = []string{
	"violence", "self-harm", "child", "missing", "fraud-in-progress", "accident", "fire", "disaster", "medical",
	"explosives", "trafficking", "unlawful-confinement",
}

func parseDangers(file string, raw []byte) (Dangers, error) {
	var list []*Danger
	if err := decodeYAML(file, raw, 0, &list); err != nil {
		return nil, err
	}
	lineNo := listLines(raw)
	out := Dangers{}
	var errs []error
	for i, d := range list {
		d.line = lineNo(i)
		if d.Kind == "" || d.Say == "" || len(d.Calls) == 0 || len(d.Steps) == 0 || out[d.Kind] != nil {
			errs = append(errs, fmt.Errorf("%s:%d: danger %q needs say, calls and steps, once", file, d.line, d.Kind))
		}
		out[d.Kind] = d
	}
	for _, k := range DangerKinds {
		if out[k] == nil {
			errs = append(errs, fmt.Errorf("%s:1: danger %q has no script", file, k))
		}
	}
	return out, errors.Join(errs...)
}
