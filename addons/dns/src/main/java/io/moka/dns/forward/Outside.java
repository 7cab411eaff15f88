package io.moka.dns.forward;

import io.moka.dns.wire.StoredAnswer;
import java.util.function.LongUnaryOperator;

/// Answers questions for names outside of the cluster.
public interface Outside {

    Outcome ask(Question question);

    /// The outcome of asking the upstream servers.
    sealed interface Outcome {

        /// @param ttl maps a record's original time to live to the remaining one, in seconds
        record Answered(StoredAnswer answer, LongUnaryOperator ttl, String source) implements Outcome {
        }

        /// No server gave a valid answer.
        record Failed(String why) implements Outcome {
        }

        /// There is no answer without waiting for an upstream server.
        record Pending() implements Outcome {
        }
    }
}
