package io.moka.cni;

/// Thrown when an operation failed, with the error code that the specification gives to the cause.
final class CniException extends RuntimeException {

    static final int INCOMPATIBLE_VERSION = 1;
    static final int UNKNOWN_CONTAINER = 3;
    static final int INVALID_ENVIRONMENT = 4;
    static final int IO_FAILURE = 5;
    static final int DECODE_FAILURE = 6;
    static final int INVALID_CONFIGURATION = 7;
    static final int UNAVAILABLE = 50;
    /// Codes from 100 are the plugin's own.
    static final int KERNEL_REFUSED = 100;
    static final int NO_ADDRESS_LEFT = 101;
    static final int CHECK_FAILED = 102;
    static final int PORT_TAKEN = 103;
    static final int UNFORESEEN = 104;
    static final int NOT_JUDGED = 105;

    private static final long serialVersionUID = 1;

    private final int code;
    private final String details;

    CniException(int code, String message, String details) {
        super(message);
        this.code = code;
        this.details = details;
    }

    String toJson(String version) {
        return JsonObject.empty().with("cniVersion", version).with("code", code).with("msg", getMessage()).with("details", details).toString();
    }
}
