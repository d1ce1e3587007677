// The heap is claimed after WASI was called; see ../c/claimed-after.c.
use std::io::Write;

fn main() {
    // Standard error has no buffer of its own, so that nothing is asked of the heap here.
    std::io::stderr().write_all(b"called\n").expect("standard error takes a line");
    let mut block = vec![0u8; 300 * 1024];
    for byte in &mut block {
        // Volatile: the compiler would otherwise know what is read back.
        unsafe { std::ptr::write_volatile(byte, 0xa5) };
    }
    std::io::stderr().write_all(b"called\n").expect("standard error takes a line");
    let kept = block.iter().all(|byte| unsafe { std::ptr::read_volatile(byte) } == 0xa5);
    std::io::stdout().write_all(if kept { b"kept\n" } else { b"corrupted\n" }).expect("standard output takes a line");
    std::process::exit(i32::from(!kept));
}
