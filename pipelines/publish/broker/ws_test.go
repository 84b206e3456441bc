package broker

import (
	"context"
	"log/slog"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	mochi "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/listeners"

	"edged/pipelines/publish/mqtt"
)

// TestWebsocketClient is here because only this package knows a broker that can serve websockets.
func TestWebsocketClient(t *testing.T) {
	var mu sync.Mutex
	var got []string
	server := mochi.New(&mochi.Options{Logger: slog.New(slog.DiscardHandler)})
	defer server.Close()
	err := server.AddHook(&gate{tap: func(topic string, _ []byte) {
		mu.Lock()
		defer mu.Unlock()
		got = append(got, topic)
	}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	free, err := net.Listen("tcp", "127.0.0.1:0") // mochi does not tell which port it got
	if err != nil {
		t.Fatal(err)
	}
	free.Close()
	ws := listeners.NewWebsocket(listeners.Config{ID: "ws", Address: free.Addr().String()})
	if err := server.AddListener(ws); err != nil {
		t.Fatal(err)
	}
	if err := server.Serve(); err != nil {
		t.Fatal(err)
	}
	c, err := mqtt.New(mqtt.Options{
		URL: "ws://" + ws.Address(), ClientID: "test",
		Birth: mqtt.Message{Topic: "birth"}, Will: mqtt.Message{Topic: "birth", Payload: []byte("dead")}, Bye: mqtt.Message{Topic: "bye"},
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if _, err := c.Connect(ctx); err != nil {
		t.Fatal(err)
	}
	if err := c.Publish(t.Context(), mqtt.Message{Topic: "event"}); err != nil {
		t.Error(err)
	}
	if err := c.Close(t.Context()); err != nil {
		t.Error(err)
	}
	mu.Lock()
	defer mu.Unlock()
	if want := []string{"birth", "event", "bye"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
