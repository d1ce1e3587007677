# What the runtime calls in a new thread's instance, whose stack pointer still has its initial value, which is where main's stack is. C needs a
# stack from its first instruction on, so this cannot be C: it takes stack_upper from the thread_start.
	.globaltype	__stack_pointer, i32
	.functype	begin_thread (i32, i32) -> ()
	.section	.text.wasi_thread_start,"",@
	.globl	wasi_thread_start
	.type	wasi_thread_start,@function
	.export_name	wasi_thread_start, wasi_thread_start
wasi_thread_start:
	.functype	wasi_thread_start (i32, i32) -> ()
	local.get	1
	i32.load	0
	global.set	__stack_pointer
	local.get	0
	local.get	1
	call	begin_thread
	end_function
