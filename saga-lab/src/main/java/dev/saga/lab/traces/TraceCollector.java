package dev.saga.lab.traces;

import com.google.protobuf.CodedInputStream;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.saga.local.Ports;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** Accepts spans by OTLP over HTTP on loopback and writes them to a file. */
public final class TraceCollector implements AutoCloseable {
    private static final String PATH = "/v1/traces";
    private static final int MOST_BYTES = 64 << 20;

    private final HttpServer server;
    private final TraceFile file;

    private TraceCollector(HttpServer server, TraceFile file) {
        this.server = server;
        this.file = file;
    }

    /** Starts on a free port. */
    public static TraceCollector start(Path path) {
        try {
            TraceFile file = TraceFile.create(path);
            HttpServer server =
                    HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), Ports.any()), 0);
            server.createContext(PATH, exchange -> accept(exchange, file));
            server.start();
            return new TraceCollector(server, file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void accept(HttpExchange exchange, TraceFile file) throws IOException {
        try (exchange) {
            boolean zipped = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
            InputStream body = exchange.getRequestBody();
            CodedInputStream in = CodedInputStream.newInstance(zipped ? new GZIPInputStream(body) : body);
            in.setSizeLimit(MOST_BYTES);
            file.add(ExportTraceServiceRequest.parseFrom(in).getResourceSpansList().stream()
                    .flatMap(TraceCollector::spans)
                    .toList());
            exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
            exchange.sendResponseHeaders(200, -1);
        }
    }

    private static Stream<RecordedSpan> spans(ResourceSpans group) {
        Map<String, String> resource =
                RecordedSpan.attributes(group.getResource().getAttributesList());
        String service = resource.getOrDefault("service.name", "?");
        return group.getScopeSpansList().stream()
                .flatMap(scope -> scope.getSpansList().stream())
                .map(span -> RecordedSpan.of(service, span));
    }

    /** Returns the properties with which services export to this collector. */
    public Map<String, String> settings() {
        return Map.of(
                "saga.tracing.endpoint",
                "http://127.0.0.1:" + server.getAddress().getPort() + PATH);
    }

    @Override
    public void close() {
        server.stop(0);
        file.close();
    }
}
