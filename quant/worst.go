package quant

import (
	"cmp"
	"context"
	"slices"
	"strconv"
)

// worstSamples is how many samples each candidate for staying float is judged by.
const worstSamples = 8

// keepWorst makes the model anew with the operators float whose integers cost most. Candidates are those that add most noise
// by themselves; each is tried as the only one that stays float. In a deep net it may serve better to keep the first ones.
func (q *quantizer) keepWorst(ctx context.Context, a *attempt) (*attempt, error) {
	added, err := q.added(ctx, a)
	if err != nil {
		return nil, err
	}
	var all []int
	for i, x := range added {
		if r, _ := ruleOf(&q.net.graph.Ops[i]); !r.same && x.n > 0 {
			all = append(all, i)
		}
	}
	slices.SortFunc(all, func(i, k int) int { return cmp.Or(cmp.Compare(added[i].sqnr(), added[k].sqnr()), i-k) })
	all = all[:min(len(all), 3*q.opts.KeepWorst+8)]
	gain := map[int]float64{}
	for n, i := range all {
		one, err := q.attempt(ctx, a.by, append(slices.Clone(q.opts.KeepFloat), strconv.Itoa(i)), worstSamples)
		if err != nil {
			return nil, err
		}
		gain[i] = q.score(one)
		q.opts.tell("finding the worst operators", n+1, len(all))
	}
	slices.SortStableFunc(all, func(i, k int) int { return cmp.Compare(gain[k], gain[i]) })
	keep := slices.Clone(q.opts.KeepFloat)
	for _, i := range all[:min(len(all), q.opts.KeepWorst)] {
		keep = append(keep, strconv.Itoa(i))
	}
	one, err := q.attempt(ctx, a.by, keep, q.opts.ReportSamples)
	if err != nil {
		return nil, err
	}
	first, err := q.keepFirst(ctx, a)
	if err != nil || q.score(first) > q.score(one) {
		return first, err
	}
	return one, nil
}

// keepFirst keeps the first operators float instead, so many as were asked for: what they lose no later one can give back.
func (q *quantizer) keepFirst(ctx context.Context, a *attempt) (*attempt, error) {
	keep, n := slices.Clone(q.opts.KeepFloat), 0
	for i := range q.net.graph.Ops {
		if r, _ := ruleOf(&q.net.graph.Ops[i]); a.plan.integer(i) && n < q.opts.KeepWorst {
			keep = append(keep, strconv.Itoa(i))
			if !r.same {
				n++
			}
		}
	}
	return q.attempt(ctx, a.by, keep, q.opts.ReportSamples)
}
