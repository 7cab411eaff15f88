package io.moka.proxy.path;

/// One step of the way.
///
/// @param stage `from`, `name`, `address`, `rule`, `kernel`, `endpoint`, `source`, `policy`, `trace` or `result`
/// @param text one line
public record Step(String stage, String text) {
}
