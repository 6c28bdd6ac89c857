package server

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/fairlead-dev/fairlead"
)

// SocketPath is where a running server takes the operator's commands: a second
// process does not open the database.
func SocketPath(data string) string { return filepath.Join(data, "admin.sock") }

// mountSocket builds the server of the operator's commands.
func (s *Server) mountSocket() {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /{command}", s.command)
	s.socket = timed(&http.Server{Handler: mux})
}

// serveSocket replaces a socket that a killed server left behind; the database's
// lock says that there is no other one alive.
func (s *Server) serveSocket() error {
	path := SocketPath(s.Config.Data)
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	listener, err := net.Listen("unix", path)
	if errors.Is(err, syscall.ENOSPC) {
		s.Config.Log.Error("there is no room for the socket of the operator's commands: they do not reach this server until it is started again", "error", err)
		return nil
	}
	if err != nil {
		return err
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return err
	}
	return s.socket.Serve(listener)
}

func (s *Server) command(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
	if err != nil {
		writeJSON(w, http.StatusRequestEntityTooLarge, map[string]string{"error": "the request is too large"})
		return
	}
	answer, err := s.Command(r.Context(), r.PathValue("command"), body)
	if err != nil {
		writeJSON(w, http.StatusBadRequest, map[string]string{"error": CommandError(err)})
		return
	}
	writeJSON(w, http.StatusOK, answer)
}

// CommandError is a sentence for the operator.
func CommandError(err error) string {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*fairlead.Error](err); ok && e.Kind != fairlead.Internal {
		if len(e.Fields) == 0 && e.Err != nil && (e.Kind == fairlead.Unavailable || e.Kind == fairlead.StorageFull) {
			return e.Detail + " (" + e.Err.Error() + ")"
		}
		if len(e.Fields) == 0 || len(e.Fields) == 1 && e.Fields[0].Reason == e.Detail {
			return e.Detail
		}
		var texts []string
		for _, f := range e.Fields {
			between := " "
			if first, _ := utf8.DecodeRuneInString(f.Reason); unicode.IsUpper(first) { // a sentence of its own
				between = ": "
			}
			texts = append(texts, f.Name+between+strings.TrimSuffix(f.Reason, ".")+".")
		}
		return strings.Join(texts, " ")
	}
	return err.Error()
}

// SendCommand sends a command to the server that runs on a data folder. ok is false
// when none runs there.
func SendCommand(ctx context.Context, data, command string, params, answer any) (ok bool, err error) {
	path := SocketPath(data)
	probe, err := net.DialTimeout("unix", path, time.Second)
	if err != nil {
		return false, nil
	}
	probe.Close()
	client := &http.Client{Timeout: 60 * time.Second, Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "unix", path)
		},
	}}
	reader, writer := io.Pipe()
	go func() { writer.CloseWithError(json.NewEncoder(writer).Encode(params)) }()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://admin/"+command, reader)
	if err != nil {
		return true, err
	}
	response, err := client.Do(request)
	if err != nil {
		return true, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		var failure struct{ Error string }
		json.NewDecoder(io.LimitReader(response.Body, 1<<20)).Decode(&failure)
		return true, errors.New(failure.Error)
	}
	return true, json.NewDecoder(io.LimitReader(response.Body, 16<<20)).Decode(answer)
}
