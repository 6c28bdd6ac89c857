package server

import (
	"cmp"
	"context"
	"net"
	"net/netip"
	"time"

	"github.com/fairlead-dev/fairlead/ratelimit"
	"github.com/fairlead-dev/fairlead/securitylog"
)

const (
	usualConnections = 256    // of one client
	siteConnections  = 4      // clients' worth that an IPv6 /48 has together
	allConnections   = 16_384 // of everybody who is no trusted proxy
	refuseTime       = 100 * time.Millisecond
)

// tooMany is what is said to a connection that is one too many, before a request
// was read: in plain HTTP, for nobody knows yet whose API it would have been for.
const tooMany = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nConnection: close\r\nCache-Control: no-store\r\n" +
	"Content-Type: application/problem+json\r\nContent-Length: 108\r\n\r\n" +
	`{"title":"Too many connections","status":503,"kind":"unavailable","detail":"Too many connections are open."}`

// bounded is a listener that holds few connections of one client open at once.
type bounded struct {
	net.Listener
	most    int
	exempt  []netip.Prefix // trusted proxies: their connections are everybody's
	refused func(from string)
	slots   ratelimit.Slots
}

// Accept waits for a connection that may be held, and refuses those that may not.
func (b *bounded) Accept() (net.Conn, error) {
	for {
		conn, err := b.Listener.Accept()
		if err != nil {
			return nil, err
		}
		from := hostOnly(conn.RemoteAddr().String())
		if inside(from, b.exempt) {
			return conn, nil
		}
		client, site := ratelimit.Client(from)
		release, full := b.slots.Take(
			ratelimit.Share{Name: "client", Key: client, Most: b.most},
			ratelimit.Share{Name: "site", Key: site, Most: siteConnections * b.most},
			ratelimit.Share{Name: "node", Most: allConnections},
		)
		if full == "" {
			return &heldConn{conn, release}, nil
		}
		b.refused(from)
		conn.SetDeadline(time.Now().Add(refuseTime))
		conn.Write([]byte(tooMany))
		conn.Close()
	}
}

// heldConn gives its slot back when it is closed.
type heldConn struct {
	net.Conn
	release func()
}

func (c *heldConn) Close() error {
	c.release()
	return c.Conn.Close()
}

// bounded is the listener with its bound. A dev server's clients all have one
// address, so it has none unless it is given one.
func (s *Server) bounded() net.Listener {
	most := s.Config.PerClient
	if most == 0 && s.Config.Dev {
		return s.listener
	}
	exempt, _ := prefixes(s.Config.Proxies) // checked when the server was opened
	return &bounded{
		Listener: s.listener, most: cmp.Or(most, usualConnections), exempt: exempt,
		refused: func(from string) {
			s.security.Report(context.Background(), securitylog.LimitReached, securitylog.Entry{From: from, Limit: "connections"})
		},
	}
}
