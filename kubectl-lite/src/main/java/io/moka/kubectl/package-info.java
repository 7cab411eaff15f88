/// `kubectl-lite`: a kubectl small enough to read. One class for each command, a few printers, and trees of JSON in between: no
/// object is bound to a class, so every kind is handled alike, custom ones included.
///
/// Promises:
/// - tables come from the server and look as kubectl's do;
/// - an error is one line on standard error that says what to do, exit status 1 (2 for wrong usage);
/// - the usual kinds are found by a table of names; only for others is the server asked what it serves.
///
/// Read [Kubectl], then [GetCommand].
@NullMarked
package io.moka.kubectl;

import org.jspecify.annotations.NullMarked;
