package main

// The protocol's forms, as runtimes/protocol.schema.json has them. Handles are names that the harness chooses.

type request struct {
	ID uint64 `json:"id"`
	// DeadlineMs is when the harness wants a guest interrupted. None is: see `background`.
	DeadlineMs *uint64 `json:"deadline_ms"`
	Op         op      `json:"op"`
}

// op is the one operation that is not nil.
type op struct {
	About           *struct{}          `json:"about"`
	OpenCache       *openCacheOp       `json:"open-cache"`
	NewEngine       *newEngineOp       `json:"new-engine"`
	NewStore        *newStoreOp        `json:"new-store"`
	Compile         *compileOp         `json:"compile"`
	CacheStatistics *cacheStatisticsOp `json:"cache-statistics"`
	Serialize       *serializeOp       `json:"serialize"`
	Deserialize     *deserializeOp     `json:"deserialize"`
	Spectest        *spectestOp        `json:"spectest"`
	NewSharedMemory *newSharedMemoryOp `json:"new-shared-memory"`
	ShareMemory     *shareMemoryOp     `json:"share-memory"`
	Environment     *environmentOp     `json:"environment"`
	Instantiate     *instantiateOp     `json:"instantiate"`
	Invoke          *invokeOp          `json:"invoke"`
	GlobalGet       *exportOp          `json:"global-get"`
	GlobalSet       *globalSetOp       `json:"global-set"`
	MemorySize      *exportOp          `json:"memory-size"`
	MemoryGrow      *memoryGrowOp      `json:"memory-grow"`
	MemoryRead      *memoryReadOp      `json:"memory-read"`
	MemoryWrite     *memoryWriteOp     `json:"memory-write"`
	WasiOutput      *wasiOutputOp      `json:"wasi-output"`
	RunCommand      *runCommandOp      `json:"run-command"`
	Measure         *measureOp         `json:"measure"`
	Consumed        *consumedOp        `json:"consumed"`
	Parallel        *parallelOp        `json:"parallel"`
	Close           *closeOp           `json:"close"`
	Reset           *struct{}          `json:"reset"`
}

type openCacheOp struct {
	Cache string `json:"cache"`
	// Dir is nil where the cache is to live in memory.
	Dir *string `json:"dir"`
}

type newEngineOp struct {
	Engine string `json:"engine"`
	// Features is nil where all is to be as the receipt says.
	Features *[]string `json:"features"`
	// Cache is nil where the engine is to have none that was opened.
	Cache *string `json:"cache"`
	// Purpose is empty where guests are not measured.
	Purpose purpose `json:"purpose"`
}

type newStoreOp struct {
	Store  string     `json:"store"`
	Engine string     `json:"engine"`
	Wasi   *wasiSetup `json:"wasi"`
}

type wasiSetup struct {
	Args     []string    `json:"args"`
	Env      [][2]string `json:"env"`
	Stdin    guestBytes  `json:"stdin"`
	Preopens []preopen   `json:"preopens"`
	// Grants are what a guest is granted or denied beyond preview 1; wazero can do none of it.
	Grants map[string]any `json:"grants"`
}

type preopen struct {
	Host  string `json:"host"`
	Guest string `json:"guest"`
}

type compileOp struct {
	Module string `json:"module"`
	Engine string `json:"engine"`
	Wasm   struct {
		Path   *string `json:"path"`
		Base64 *[]byte `json:"base64"`
	} `json:"wasm"`
}

type cacheStatisticsOp struct {
	Cache string `json:"cache"`
}

type serializeOp struct {
	Module   string `json:"module"`
	Artifact string `json:"artifact"`
}

type deserializeOp struct {
	Module   string `json:"module"`
	Engine   string `json:"engine"`
	Artifact string `json:"artifact"`
}

type spectestOp struct {
	Instance string `json:"instance"`
	Store    string `json:"store"`
}

type environmentOp struct {
	Instance string `json:"instance"`
	Of       string `json:"of"`
}

type newSharedMemoryOp struct {
	Memory  string `json:"memory"`
	Engine  string `json:"engine"`
	Minimum uint64 `json:"minimum"`
	Maximum uint64 `json:"maximum"`
}

type shareMemoryOp struct {
	Instance string `json:"instance"`
	Store    string `json:"store"`
	Memory   string `json:"memory"`
}

type instantiateOp struct {
	Instance string       `json:"instance"`
	Store    string       `json:"store"`
	Module   string       `json:"module"`
	Imports  []importFrom `json:"imports"`
	// Name is empty where the instance is to be anonymous.
	Name string `json:"name"`
}

type importFrom struct {
	Module   string `json:"module"`
	Instance string `json:"instance"`
}

type invokeOp struct {
	Instance string  `json:"instance"`
	Export   string  `json:"export"`
	Args     []value `json:"args"`
}

type exportOp struct {
	Instance string `json:"instance"`
	Export   string `json:"export"`
}

type globalSetOp struct {
	Instance string `json:"instance"`
	Export   string `json:"export"`
	Value    value  `json:"value"`
}

type memoryGrowOp struct {
	Instance string `json:"instance"`
	Export   string `json:"export"`
	Pages    uint64 `json:"pages"`
}

type memoryReadOp struct {
	Instance string `json:"instance"`
	Export   string `json:"export"`
	At       uint64 `json:"at"`
	Length   uint64 `json:"length"`
}

type memoryWriteOp struct {
	Instance string     `json:"instance"`
	Export   string     `json:"export"`
	At       uint64     `json:"at"`
	Bytes    guestBytes `json:"bytes"`
}

type wasiOutputOp struct {
	Store string `json:"store"`
}

type runCommandOp struct {
	Engine string    `json:"engine"`
	Module string    `json:"module"`
	Wasi   wasiSetup `json:"wasi"`
	// ByRunner is for runtimes whose library has a runner of commands beside instantiating them.
	ByRunner bool `json:"by_runner"`
}

// measureOp has an operation, and those that are performed each time before it.
type measureOp struct {
	Before     []op   `json:"before"`
	Op         op     `json:"op"`
	Iterations uint64 `json:"iterations"`
}

type consumedOp struct {
	Store string `json:"store"`
}

// parallelOp has the operations of each thread.
type parallelOp struct {
	Threads [][]op `json:"threads"`
}

type closeOp struct {
	Handle string `json:"handle"`
}

type response struct {
	ID     uint64 `json:"id"`
	BusyNs int64  `json:"busy_ns"`
	Reply  reply  `json:"reply"`
}

type reply struct {
	Ok     answer   `json:"ok,omitempty"`
	Failed *failure `json:"failed,omitempty"`
}

// answer is a JSON value: `"done"`, or an object whose only field names the sort.
type answer any

const done = "done"

func values(of []value) answer {
	if of == nil {
		of = []value{}
	}
	return map[string][]value{"values": of}
}

func pages(number uint64) answer {
	return map[string]uint64{"pages": number}
}

func readBytes(of []byte) answer {
	return map[string]guestBytes{"bytes": of}
}

type wasiOutput struct {
	Stdout    guestBytes `json:"stdout"`
	Stderr    guestBytes `json:"stderr"`
	StdoutCut uint64     `json:"stdout_cut,omitempty"`
	StderrCut uint64     `json:"stderr_cut,omitempty"`
}

// measured is the time of an operation's iterations together, and its distinct answers, at most two.
type measured struct {
	ElapsedNs int64    `json:"elapsed_ns"`
	Answers   []answer `json:"answers"`
}

func (m measured) answer() answer {
	return map[string]measured{"measured": m}
}

// commandEnd is how a command ended: without a failure where `_start` returned.
type commandEnd struct {
	Failure *failure   `json:"failure"`
	Output  wasiOutput `json:"output"`
}
