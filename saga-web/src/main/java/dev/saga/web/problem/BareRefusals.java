package dev.saga.web.problem;

import dev.saga.web.AnswerHeaders;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import java.nio.charset.StandardCharsets;
import org.springframework.http.HttpStatus;

/**
 * Adds a problem as body to refusals that have none. The HTTP server refuses some requests before routing, with a
 * status only: an address that is not a URI, a head that is too large or is not HTTP, or a length that is not a number.
 */
public final class BareRefusals extends ChannelOutboundHandlerAdapter {
    @Override
    public void write(ChannelHandlerContext context, Object part, ChannelPromise written) {
        ChannelFuture _ = context.write(
                part instanceof FullHttpResponse answer && isBare(answer) ? withProblem(answer) : part, written);
    }

    private static boolean isBare(FullHttpResponse answer) {
        return HttpStatusClass.CLIENT_ERROR.equals(answer.status().codeClass())
                && !answer.content().isReadable()
                && !answer.headers().contains(HttpHeaderNames.CONTENT_TYPE);
    }

    private static FullHttpResponse withProblem(FullHttpResponse bare) {
        byte[] body = body(bare.status());
        var answer = new DefaultFullHttpResponse(bare.protocolVersion(), bare.status(), Unpooled.wrappedBuffer(body));
        answer.headers()
                .set(bare.headers())
                .remove(HttpHeaderNames.TRANSFER_ENCODING)
                .set(HttpHeaderNames.CONTENT_TYPE, "application/problem+json")
                .setInt(HttpHeaderNames.CONTENT_LENGTH, body.length)
                .set(AnswerHeaders.NAME, AnswerHeaders.VALUE);
        bare.release();
        return answer;
    }

    private static byte[] body(HttpResponseStatus bare) {
        HttpStatus status = HttpStatus.resolve(bare.code());
        String title = status == null ? bare.reasonPhrase() : status.getReasonPhrase();
        boolean bad = status == HttpStatus.BAD_REQUEST;
        String slug = bad ? "invalid-request" : Problem.slug(title);
        String detail = bad
                ? "The request is not HTTP as this server reads it: its address, its head or its length is wrong."
                : "The server refuses the request before it is routed: " + title + ".";
        return """
                {"type":"%s","title":"%s","status":%d,"detail":"%s"}""".formatted(Problem.TYPE + slug, title, bare.code(), detail).getBytes(StandardCharsets.UTF_8);
    }
}
