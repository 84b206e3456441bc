package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// fleetFlags are what torture fleet is told.
type fleetFlags struct {
	dir, edged, nats string
	count            int
	length           time.Duration
	every            time.Duration
	memory           string
	killed           int
	patience         time.Duration
}

func (f *fleetFlags) parse(args []string) error {
	set := flag.NewFlagSet("fleet", flag.ContinueOnError)
	set.StringVar(&f.dir, "dir", ".", "the `folder` for configs and logs")
	set.StringVar(&f.edged, "edged", "edged", "the `program`")
	set.StringVar(&f.nats, "nats", "", "nats-server, the `program`: three nodes of it instead of one mosquitto")
	set.IntVar(&f.count, "devices", 20, "how many daemons")
	set.DurationVar(&f.length, "for", 20*time.Second, "how long all of them run")
	set.DurationVar(&f.every, "every", time.Second, "the time from one reading of a device to the next")
	set.StringVar(&f.memory, "memory", "24MiB", "GOMEMLIMIT of each")
	set.IntVar(&f.killed, "killed", 3, "which node of NATS is killed in the middle: 1 to 3, 0 is none")
	set.DurationVar(&f.patience, "patience", 90*time.Second, "how long nothing may arrive before what is missing is lost")
	return set.Parse(args)
}

// crowd is a fleet at work.
type crowd struct {
	fleetFlags
	brokers   brokers
	witnesses []*witness
	devices   []*device
}

// device is one edged.
type device struct {
	*child
	name    string
	profile strings.Builder // what edged run --profile prints
}

// brokers are one or several, of which all devices use whichever lives.
type brokers struct {
	name      string
	addresses []string // HOST:PORT
	nodes     []*child
}

// fleet has many daemons publish to one broker or to a cluster, and judges what arrives.
func fleet(ctx context.Context, args []string) error {
	var c crowd
	if err := c.parse(args); err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	var hearing sync.WaitGroup
	defer hearing.Wait()
	defer stop()
	var err error
	if c.brokers, err = c.serve(ctx); err != nil {
		return err
	}
	c.invite()
	soon, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for _, w := range c.witnesses {
		hearing.Go(func() { w.run(ctx) })
		if err := w.await(soon, true); err != nil {
			return err
		}
	}
	return c.work(ctx)
}

// invite has a witness hear all by a node that lives on, and another by the one that is to be killed.
//
// Of a cluster that loses a node no order is expected. NATS stores what a client has under way each by itself: while there
// is no leader some of it may be stored and some before it not, which is then sent again. And what a node has not passed
// on when it dies, another does later, after what is newer.
func (c *crowd) invite() {
	all := c.brokers.addresses
	if !c.kills() {
		c.witnesses = append(c.witnesses, newWitness("witness", all))
		return
	}
	around := slices.Concat(all[c.killed:], all[:c.killed]) // the killed one last
	c.witnesses = append(c.witnesses, newWitness("witness", around), newWitness("bereft", slices.Concat(around[len(around)-1:], around[:len(around)-1])))
	for _, w := range c.witnesses {
		w.ledger.forgiving = true
	}
}

// lasts is how long all devices run.
func (c *crowd) lasts() time.Duration {
	if c.kills() {
		return c.length + recovery
	}
	return c.length
}

// kills reports whether a node is killed.
func (c *crowd) kills() bool { return len(c.brokers.nodes) > 1 && c.killed > 0 }

// serve starts the broker or the nodes.
func (c *crowd) serve(ctx context.Context) (brokers, error) {
	if c.nats != "" {
		return natsCluster(ctx, c.dir, c.nats)
	}
	ports, err := freePorts(1)
	if err != nil {
		return brokers{}, err
	}
	b, err := startMosquitto(ctx, c.dir, loopback(ports[0]))
	return brokers{"mosquitto", []string{loopback(ports[0])}, []*child{b}}, err
}

// recovery is how long a cluster gets to choose new leaders, and its clients to find them, on a busy machine: what devices still
// have when they end waits for their next start.
const recovery = 30 * time.Second

// work starts the devices, breaks a node, ends the devices and counts.
func (c *crowd) work(ctx context.Context) error {
	if err := c.start(ctx); err != nil {
		return err
	}
	sleep(ctx, c.length/2)
	if c.kills() {
		c.brokers.nodes[c.killed-1].kill()
		fmt.Printf("fleet: node %d of %s is killed after %d events\n", c.killed, c.brokers.name, c.witnesses[0].ledger.total().Arrived)
		sleep(ctx, recovery)
	}
	sleep(ctx, c.length/2)
	err := c.end()
	for _, w := range c.witnesses {
		w.ledger.settle(ctx, c.patience)
	}
	return errors.Join(err, c.verdict())
}

// start starts the devices, twenty a second.
func (c *crowd) start(ctx context.Context) error {
	for i := range c.count {
		d := &device{name: fmt.Sprintf("fleet-%03d", i+1)}
		conf := filepath.Join(c.dir, d.name+".yaml")
		if err := os.WriteFile(conf, []byte(c.config(d.name, i)), 0o600); err != nil {
			return err
		}
		var err error
		d.child, err = start(ctx, filepath.Join(c.dir, d.name+".log"), &d.profile,
			"env", "GOMAXPROCS=1", "GOMEMLIMIT="+c.memory, c.edged, "run", "-c", conf, "--profile")
		if err != nil {
			return err
		}
		c.devices = append(c.devices, d)
		sleep(ctx, 50*time.Millisecond)
	}
	return ctx.Err()
}

// config is the device's: a simulated box of chips, felt by a model. It begins with another of the brokers than the one
// before.
func (c *crowd) config(name string, i int) string {
	all := c.brokers.addresses
	urls := make([]string, len(all))
	for k := range all {
		urls[k] = fmt.Sprintf("%q", "mqtt://"+all[(i+k)%len(all)])
	}
	broker := urls[0]
	if len(urls) > 1 {
		broker = "[" + strings.Join(urls, ", ") + "]"
	}
	return fmt.Sprintf(`device: { id: %s }
mqtt: { broker: %s, outbox: { path: %s } }
sim: { seed: %d }
sensors: { air: { i2c: sim, every: %v } }
pipelines: { room: { every: %v, encoders: [{ sensor: air, model: room-air }] } }
`, name, broker, filepath.Join(c.dir, name+".outbox"), i+1, c.every, c.every)
}

// end ends all devices and enters in the ledgers what each of them has accepted.
func (c *crowd) end() error {
	for _, d := range c.devices {
		_ = d.cmd.Process.Signal(syscall.SIGTERM)
	}
	var all []error
	for _, d := range c.devices {
		<-d.done
		if d.err != nil {
			all = append(all, fmt.Errorf("%s: %w (see %s)", d.name, d.err, d.log.Name()))
		} else if err := c.enter(d); err != nil {
			all = append(all, fmt.Errorf("%s: %w", d.name, err))
		}
	}
	return errors.Join(all...)
}

// sinkCount finds how many events a profile says were put.
var sinkCount = regexp.MustCompile(`(?m)^\s+sink\s+(\d+) `)

func (c *crowd) enter(d *device) error {
	found := sinkCount.FindStringSubmatch(d.profile.String())
	if found == nil {
		return errors.New("it made no events")
	}
	n, err := strconv.ParseUint(found[1], 10, 32)
	if err != nil {
		return err
	}
	for _, w := range c.witnesses {
		if err := w.enter(d.name, n); err != nil {
			return err
		}
	}
	return nil
}

// verdict prints the figures and says what is wrong.
func (c *crowd) verdict() error {
	var all []error
	most, sum, cpu := c.cost()
	fmt.Printf("fleet: %d devices on %s; one held at most %.1f MiB, all together %.0f MiB, and took %.2f %% of a core\n",
		len(c.devices), c.brokers.name, most, sum, cpu)
	for _, w := range c.witnesses {
		all = append(all, w.verdict(c.devices))
	}
	return errors.Join(all...)
}

// cost returns the most memory (resident, MiB) of a device and of all, and the mean share of a core.
func (c *crowd) cost() (most, sum, percent float64) {
	for _, d := range c.devices {
		u, ok := d.cmd.ProcessState.SysUsage().(*syscall.Rusage)
		if !ok {
			continue
		}
		mib := float64(u.Maxrss) / 1024 // getrusage(2): KiB
		most, sum = max(most, mib), sum+mib
		percent += time.Duration(u.Utime.Nano() + u.Stime.Nano()).Seconds()
	}
	return most, sum, 100 * percent / c.lasts().Seconds() / float64(len(c.devices))
}
