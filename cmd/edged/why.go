package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"edged/cmd/edged/internal/config"
	"edged/pipelines/alerts"
	"edged/pipelines/why"
)

// whyFlags say what edged why is asked.
type whyFlags struct {
	config, ring    string // one of the two says where the ring is
	alert, pipeline string
	at              string
	json            bool
}

func newWhy(a *app) *cobra.Command {
	var o whyFlags
	cmd := &cobra.Command{
		Use:   "why [EVENT]",
		Short: "Say why an alert opened or closed, or did not",
		Long: `Say why an alert opened or closed, or did not: the one thing that decided, then each clause of its condition with its
numbers and since when it holds or fails, the values that they look at, the rule's terms, and what was missing.

    edged why -c edged.yaml 4QZJX3AB-room-812            by the ID of an event
    edged why -c edged.yaml --alert fire --at 14:03      at a time, also of an alert that did not open
    edged why -c edged.yaml --alert fire                 as it was looked at last
    edged why -c edged.yaml                              which alerts are on record

14:03 is that minute, 14:03:05 that second, of the day on which it was last; 2026-11-26T14:03:05Z is a time too. Times are
local. Of an event that no alert made, it says what each alert of its pipeline did then.

The daemon keeps the looks that mattered in a small ring of files, while it runs (alerts.why and alerts.why_limit in the config);
nothing else is needed to ask it. Kept are looks at which an alert came to something else, or a clause turned; those that
brought a number nearer to its threshold, by a twentieth of the way at least; and one each minute.

--json prints {"ring","event","own","from","to","lines","lost","damaged","answers":[{"pipeline","alert","from","to","outcome",
"open","text","clauses":[{"text","truth","since","longer"}],"clear_when":[…],"course":[{"time","outcome","event"}],"look"}]}. own
says that an alert made the event, longer that a clause may have been so for longer than the ring knows; look is all of the
look that decided, with the numbers. Without a question it prints "alerts":[{"pipeline","alert","outcome","open","time"}] in place of answers.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			event := ""
			if len(args) > 0 {
				event = args[0]
			}
			if err := o.check(event); err != nil {
				return misuse{err}
			}
			return a.why(event, &o)
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	configFlag(cmd, &o.config)
	cmd.Flags().StringVar(&o.ring, "ring", "", "the ring's `folder`, in place of a config's")
	cmd.Flags().StringVar(&o.alert, "alert", "", "the alert's `name`")
	cmd.Flags().StringVar(&o.pipeline, "pipeline", "", "the alert's `pipeline`, where two have one of that name")
	cmd.Flags().StringVar(&o.at, "at", "", "the `time` to ask about: 14:03, 14:03:05, 2026-11-26T14:03:05Z")
	cmd.Flags().BoolVar(&o.json, "json", false, "print JSON")
	cobra.CheckErr(cmd.MarkFlagDirname("ring"))
	cobra.CheckErr(cmd.RegisterFlagCompletionFunc("alert", a.completeWhy(&o, func(k why.Key) string { return k.Alert })))
	cobra.CheckErr(cmd.RegisterFlagCompletionFunc("pipeline", a.completeWhy(&o, func(k why.Key) string { return k.Pipeline })))
	cobra.CheckErr(cmd.RegisterFlagCompletionFunc("at", cobra.NoFileCompletions))
	return cmd
}

// check returns what is wrong with the question.
func (o *whyFlags) check(event string) error {
	switch {
	case o.config == "" && o.ring == "":
		return errors.New("no ring; give the config that says where it is with -c edged.yaml, or its folder with --ring")
	case o.config != "" && o.ring != "":
		return errors.New("-c and --ring both say where the ring is")
	case event != "" && o.at != "":
		return errors.New("an event has its time; leave out --at, or the event")
	case o.at != "" && o.alert == "":
		return errors.New("which alert? give its name with --alert")
	}
	return nil
}

// completeWhy completes names of what is on record.
func (a *app) completeWhy(o *whyFlags, name func(why.Key) string) cobra.CompletionFunc {
	return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		h, err := a.loadRing(o, func(why.Key) bool { return false })
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		var names []string
		for _, k := range h.Keys {
			names = append(names, name(k))
		}
		slices.Sort(names)
		return slices.Compact(names), cobra.ShellCompDirectiveNoFileComp
	}
}

// why answers a question.
func (a *app) why(event string, o *whyFlags) error {
	h, err := a.loadRing(o, func(k why.Key) bool { return o.alert == "" || k.Alert == o.alert })
	if err != nil {
		return err
	}
	out := whyOutput{History: h}
	if event == "" && o.alert == "" {
		out.list(o.pipeline)
	} else if err := out.answer(event, o); err != nil {
		return hintOfWhy(err)
	}
	if o.json {
		return out.printJSON(a.out)
	}
	return out.print(a.out)
}

// hintOfWhy makes a ring's hint one of ours.
func hintOfWhy(err error) error {
	if n, ok := errors.AsType[*why.NothingError](err); ok {
		return hinted{err, n.Hint}
	}
	return err
}

// loadRing reads the ring that is meant.
func (a *app) loadRing(o *whyFlags, wanted func(why.Key) bool) (*why.History, error) {
	path := o.ring
	if path == "" {
		c, err := config.Load(o.config)
		if err != nil {
			return nil, err
		}
		if path = whyPath(c, a.env); path == "" {
			return nil, hinted{fmt.Errorf("%s: no ring is kept", c.File()), "alerts.why names a folder for it; a service keeps it in why below its StateDirectory: give that with --ring"}
		}
	}
	return why.Load(path, wanted)
}

// whyOutput is what edged why prints.
type whyOutput struct {
	*why.History
	event   string     // that was asked for
	found   *why.Found // where it is
	answers []*why.Answer
	last    []*alerts.Trace // of each alert, if nothing was asked
}

// list takes what was seen last of each alert.
func (w *whyOutput) list(pipeline string) {
	for _, k := range w.Keys {
		if t := w.Last(k); t != nil && (pipeline == "" || pipeline == k.Pipeline) {
			w.last = append(w.last, t)
		}
	}
}

// answer asks the history.
func (w *whyOutput) answer(event string, o *whyFlags) error {
	keys, moment, err := w.question(event, o)
	if err != nil {
		return err
	}
	var nothing error
	for _, k := range keys {
		m := moment
		if event == "" && o.at == "" {
			last := w.Last(k).Time
			m = why.Moment{From: last, To: last}
		}
		answer, err := w.Explain(k, m, time.Local)
		if err != nil {
			nothing = cmp.Or(nothing, err)
			continue
		}
		w.answers = append(w.answers, answer)
	}
	if len(w.answers) == 0 {
		return nothing
	}
	return nil
}

// question finds which alerts are meant, and when; without a time the moment is zero.
func (w *whyOutput) question(event string, o *whyFlags) ([]why.Key, why.Moment, error) {
	if event != "" {
		f, ok := w.Find(event)
		keys := slices.DeleteFunc(f.Keys, func(k why.Key) bool {
			return o.alert != "" && k.Alert != o.alert || o.pipeline != "" && k.Pipeline != o.pipeline
		})
		if !ok || len(keys) == 0 {
			return nil, why.Moment{}, w.unknownEvent(event)
		}
		w.event, w.found = event, &f
		return keys, f.Moment, nil
	}
	keys := w.Named(o.pipeline, o.alert)
	switch {
	case len(keys) == 0:
		return nil, why.Moment{}, hinted{fmt.Errorf("no alert %q is on record in %s", o.alert, w.Path), w.Known()}
	case len(keys) > 1:
		var names []string
		for _, k := range keys {
			names = append(names, k.Pipeline)
		}
		return nil, why.Moment{}, misuse{fmt.Errorf("%d pipelines have an alert %q: give one with --pipeline: %s", len(keys), o.alert, strings.Join(names, ", "))}
	case o.at == "":
		return keys, why.Moment{}, nil
	}
	m, err := why.ParseMoment(o.at, w.To, time.Local)
	if err != nil {
		return nil, m, misuse{fmt.Errorf("--at: %w", err)}
	}
	return keys, m, nil
}

// unknownEvent says how far the ring reaches that does not have an event.
func (w *whyOutput) unknownEvent(event string) error {
	if len(w.Keys) == 0 {
		return hinted{fmt.Errorf("the ring in %s is empty", w.Path), "alerts are looked at while edged runs"}
	}
	return hinted{
		fmt.Errorf("event %s is not on record: the ring has looks from %s to %s", event, w.From.Local().Format(time.DateTime), w.To.Local().Format(time.DateTime)),
		"an event's ID is as edged published it: boot-pipeline-number; alerts.why_limit says how large the ring may become",
	}
}
