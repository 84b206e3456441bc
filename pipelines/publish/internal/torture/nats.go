package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// nodes is how many make a cluster: the fewest of which one may die (docs.nats.io, JetStream clustering).
const nodes = 3

// node is the addresses of one.
type node struct{ client, cluster, mqtt, monitor int }

// natsCluster starts three nodes of NATS, with JetStream and MQTT, and waits until each says that it is well.
func natsCluster(ctx context.Context, dir, program string) (brokers, error) {
	b := brokers{name: fmt.Sprintf("%d nodes of NATS", nodes)}
	ports, err := freePorts(4 * nodes)
	if err != nil {
		return b, err
	}
	var all [nodes]node
	for i := range all {
		all[i] = node{ports[4*i], ports[4*i+1], ports[4*i+2], ports[4*i+3]}
	}
	for i, n := range all {
		conf := filepath.Join(dir, fmt.Sprintf("nats-%d.conf", i+1))
		if err := os.WriteFile(conf, []byte(n.config(dir, i, all[:])), 0o600); err != nil {
			return b, err
		}
		c, err := start(ctx, filepath.Join(dir, fmt.Sprintf("nats-%d.log", i+1)), nil, program, "-c", conf)
		if err != nil {
			return b, err
		}
		b.nodes = append(b.nodes, c)
		b.addresses = append(b.addresses, loopback(n.mqtt))
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for i, n := range all {
		if err := n.well(ctx, b.nodes[i]); err != nil {
			return b, err
		}
	}
	return b, nil
}

// config is that of one node: docs.nats.io, "MQTT" and "JetStream clustering".
func (n node) config(dir string, i int, all []node) string {
	var routes []string
	for _, other := range all {
		routes = append(routes, "nats://"+loopback(other.cluster))
	}
	return fmt.Sprintf(`server_name: node%d
listen: %q
http: %q
jetstream { store_dir: %q }
cluster { name: fleet, listen: %q, routes: [%s] }
mqtt { listen: %q, max_ack_pending: 8192 }
`, i+1, loopback(n.client), loopback(n.monitor), filepath.Join(dir, fmt.Sprintf("jetstream-%d", i+1)), loopback(n.cluster), strings.Join(routes, ", "), loopback(n.mqtt))
}

// well waits until the node's streams are up to date: /healthz of its monitoring port.
func (n node) well(ctx context.Context, c *child) error {
	url := "http://" + loopback(n.monitor) + "/healthz"
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return err
		}
		answer, err := http.DefaultClient.Do(req)
		if err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-c.done:
			return fmt.Errorf("nats-server has ended: %w (see %s)", c.err, c.log.Name())
		case <-ctx.Done():
			return fmt.Errorf("nats-server is not well: %w (see %s)", ctx.Err(), c.log.Name())
		}
	}
}
