package providing

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"slices"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/store"
)

const (
	logoWork   = "/logos" // what the key of the work that fetches logos ends with
	logoKey    = "/logo/" // of the notes on addresses of logos
	maxLogo    = 512 << 10
	logoTime   = 15 * time.Second // one logo, real time
	logoAgain  = 7 * 24 * time.Hour
	logoPace   = 20 * time.Millisecond
	logoTries  = 3
	maxSharing = 500 // institutions that wait for the logo of one address
)

// logo is what is known of the address of a logo.
type logo struct {
	URL          string                   `json:"url"`
	Hash         string                   `json:"hash,omitempty"`
	Institutions []fairlead.InstitutionID `json:"institutions,omitempty"` // that wait for it
	Tries        int                      `json:"tries,omitempty"`
	Next         time.Time                `json:"next,omitzero"` // when it is tried again; real time
}

// pageLogos are the addresses of logos on a page, with the institutions that have them.
type pageLogos struct {
	waiting map[string][]fairlead.InstitutionID
}

func logoWorkOf(of fairlead.Provider, due time.Time) fairlead.Work {
	w := refreshWork(of, due)
	w.Key += logoWork
	return w
}

func logoNote(provider fairlead.ProviderID, address string) string {
	sum := sha256.Sum256([]byte(address))
	return string(provider) + logoKey + hex.EncodeToString(sum[:16])
}

// logosOf sets the logos that are known by their address, and notes the others to be
// fetched; wanting reports whether there are any.
func (r *refreshing) logosOf(tx *store.Tx, institutions []fairlead.Institution, logos pageLogos) (wanting bool, err error) {
	hashes := map[fairlead.InstitutionID]string{}
	for address, ids := range logos.waiting {
		note, err := tx.Notes.Get(r.provider.Tenant, ownNotes, logoNote(r.provider.ID, address))
		if err != nil && !fairlead.Is(err, fairlead.NotFound) {
			return false, err
		}
		known := logo{URL: address}
		if err == nil {
			if err := json.Unmarshal(note.Value, &known); err != nil {
				return false, err
			}
		}
		if known.Hash != "" {
			for _, id := range ids {
				hashes[id] = known.Hash
			}
			continue
		}
		for _, id := range ids {
			if len(known.Institutions) < maxSharing && !slices.Contains(known.Institutions, id) {
				known.Institutions = append(known.Institutions, id)
			}
		}
		wanting = wanting || known.Tries < logoTries && !known.Next.After(r.o.Clock())
		if err := putLogo(tx, r.provider, note.Version, known); err != nil {
			return false, err
		}
	}
	for n := range institutions {
		if hash := hashes[institutions[n].ID]; hash != "" {
			institutions[n].LogoHash = hash
		}
	}
	return wanting, nil
}

func putLogo(tx *store.Tx, of fairlead.Provider, version int64, l logo) error {
	value, err := json.Marshal(l)
	if err != nil {
		return err
	}
	return tx.Notes.Put(&fairlead.Note{Tenant: of.Tenant, Dialect: ownNotes, Key: logoNote(of.ID, l.URL), Value: value, Version: version})
}

// fetchLogos fetches what logos there are to fetch, for as long as one attempt may take.
func (p *Providing) fetchLogos(ctx context.Context, t fairlead.Tenant, stored fairlead.Provider) (store.WorkResult, error) {
	_, spec, err := p.provided(stored.Connector)
	if err != nil || p.o.Download == nil {
		return store.WorkResult{}, nil
	}
	handed := p.handed(spec, stored, nil) // an image needs no keys
	env := p.o.Env(t, stored.Connector, handed)
	until := time.Now().Add(shareTime)
	for after := ""; ; {
		var notes []fairlead.Note
		err := p.o.Store.View(ctx, func(tx *store.Tx) (err error) {
			notes, err = tx.Notes.List(t.ID, ownNotes, string(stored.ID)+logoKey, after, noteBatch)
			return err
		})
		if err != nil {
			return store.WorkResult{}, in("listing logos", err)
		}
		for _, note := range notes {
			after = note.Key
			var l logo
			if json.Unmarshal(note.Value, &l) != nil || l.Hash != "" || l.Tries >= logoTries || l.Next.After(p.o.Clock()) {
				continue
			}
			if time.Now().After(until) {
				return store.WorkResult{Again: t.Time(p.o.Clock())}, nil
			}
			if err := p.fetchLogo(ctx, env, stored, l); err != nil {
				return store.WorkResult{}, in("fetching a logo", err)
			}
			if err := pause(ctx, logoPace); err != nil {
				return store.WorkResult{}, err
			}
		}
		if len(notes) < noteBatch {
			return store.WorkResult{}, nil
		}
	}
}

// fetchLogo fetches one logo and gives it to the institutions that wait for it. One that
// is no image is not fetched again; one that could not be had is tried again later.
func (p *Providing) fetchLogo(ctx context.Context, env connector.Env, of fairlead.Provider, l logo) error {
	bounded, cancel := context.WithTimeout(ctx, logoTime)
	image, err := p.o.Download(bounded, env, l.URL, maxLogo)
	cancel()
	var hash string
	if err == nil {
		hash, err = p.storeLogo(ctx, image)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	kind := fairlead.KindOf(err)
	if err != nil && kind != fairlead.Invalid && kind != fairlead.TooLarge && kind != fairlead.InstitutionDown {
		return err
	}
	instant := p.o.Clock()
	return p.o.Store.Update(ctx, func(tx *store.Tx) error {
		note, err := tx.Notes.Get(of.Tenant, ownNotes, logoNote(of.ID, l.URL))
		if fairlead.Is(err, fairlead.NotFound) {
			return nil
		}
		var now logo
		if err == nil {
			err = json.Unmarshal(note.Value, &now)
		}
		if err != nil {
			return err
		}
		if hash == "" {
			now.Tries, now.Next = now.Tries+1, instant.Add(logoAgain)
			if kind != fairlead.InstitutionDown {
				now.Tries = logoTries
			}
			return putLogo(tx, of, note.Version, now)
		}
		if err := p.giveLogo(tx, of, now.Institutions, hash); err != nil {
			return err
		}
		now.Hash, now.Institutions, now.Next = hash, nil, time.Time{}
		return putLogo(tx, of, note.Version, now)
	})
}

// giveLogo sets the logo of institutions.
func (p *Providing) giveLogo(tx *store.Tx, of fairlead.Provider, ids []fairlead.InstitutionID, hash string) error {
	var changed []fairlead.Institution
	for _, id := range ids {
		i, err := tx.Institutions.Get(of.Tenant, id)
		if fairlead.Is(err, fairlead.NotFound) {
			continue
		}
		if err != nil {
			return err
		}
		i.LogoHash = hash
		changed = append(changed, i)
	}
	written, err := tx.Institutions.Put(of.Tenant, changed)
	if err != nil || written == 0 {
		return err
	}
	stored, err := tx.Providers.Get(of.Tenant, string(of.ID))
	if err != nil {
		return err
	}
	stored.Directory.Revision++
	return tx.Providers.Put(of.Tenant, &stored)
}

// storeLogo re-encodes an image and stores it under the digest of what is served.
func (p *Providing) storeLogo(ctx context.Context, body []byte) (hash string, err error) {
	if len(body) > maxLogo {
		return "", fairlead.Errorf(fairlead.Invalid, "The image is too large.")
	}
	png, err := reencode(body)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(png)
	hash = hex.EncodeToString(sum[:])
	if there, err := p.o.Bucket.Get(ctx, logoBlob(hash)); err == nil {
		return hash, there.Close()
	}
	if err := p.o.Bucket.Put(ctx, logoBlob(hash), bytes.NewReader(png)); err != nil {
		return "", in("storing a logo", err)
	}
	return hash, nil
}

// logoBlob is where a logo lies. It is a public image, and not sealed: its name says what
// its bytes must be.
func logoBlob(hash string) string { return "logos/" + hash + ".png" }

// Logo reads a logo by the digest of its bytes, or NotFound.
func (p *Providing) Logo(ctx context.Context, hash string) ([]byte, error) {
	none := fairlead.Errorf(fairlead.NotFound, "There is no such logo.")
	if raw, err := hex.DecodeString(hash); err != nil || len(raw) != sha256.Size || hex.EncodeToString(raw) != hash {
		return nil, none
	}
	blob, err := p.o.Bucket.Get(ctx, logoBlob(hash))
	if fairlead.Is(err, fairlead.NotFound) {
		return nil, none
	}
	if err != nil {
		return nil, in("reading a logo", err)
	}
	defer blob.Close()
	body, err := io.ReadAll(io.LimitReader(blob, maxServed+1))
	if err != nil {
		return nil, in("reading a logo", err)
	}
	if sum := sha256.Sum256(body); hex.EncodeToString(sum[:]) != hash {
		return nil, none
	}
	return body, nil
}
