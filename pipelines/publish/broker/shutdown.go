package broker

import (
	"context"
	"sync/atomic"
	"time"
)

// Shutdown waits until all clients have left, or ctx ends, and then does what Close does. Close alone would cut off a
// client whose DISCONNECT is still on the way, and publish the will of one that has said goodbye.
func (b *Broker) Shutdown(ctx context.Context) error {
	poll := time.NewTicker(time.Millisecond)
	defer poll.Stop()
	for atomic.LoadInt64(&b.server.Info.ClientsConnected) > 0 && ctx.Err() == nil {
		select {
		case <-poll.C:
		case <-ctx.Done():
		}
	}
	return b.Close()
}
