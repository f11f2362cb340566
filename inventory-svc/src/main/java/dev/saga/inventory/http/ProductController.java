package dev.saga.inventory.http;

import dev.saga.delivery.work.Detached;
import dev.saga.events.value.ProductId;
import dev.saga.inventory.Condition;
import dev.saga.inventory.SetStock;
import dev.saga.inventory.domain.Stock;
import dev.saga.inventory.store.StockStore;
import dev.saga.web.Caller;
import dev.saga.web.Limits;
import dev.saga.web.problem.Problem;
import dev.saga.web.stream.Streams;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Serves the catalogue, its stock and the ledger. */
@RestController
@RequestMapping(path = "/products", produces = MediaType.APPLICATION_JSON_VALUE)
final class ProductController {
    private static final int MOST = 1000;
    private static final Duration PAUSE = Duration.ofMillis(250);

    private final StockStore stocks;
    private final SetStock setStock;
    private final Streams streams;

    ProductController(StockStore stocks, SetStock setStock, Streams streams) {
        this.stocks = stocks;
        this.setStock = setStock;
        this.streams = streams;
    }

    /** Returns products in the order of their ids; {@code after} is the last id of the previous page. */
    @GetMapping
    Mono<List<ProductResource>> list(
            @RequestParam(defaultValue = "200") int limit, @RequestParam(defaultValue = "") String after) {
        String last = after.isEmpty() ? "" : new ProductId(after).text();
        return stocks.page(last, Limits.page(limit, MOST))
                .map(ProductResource::of)
                .collectList();
    }

    /** Streams the first products, at once and after each change of one of them, until the caller disconnects. */
    @GetMapping(produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<ServerSentEvent<List<ProductResource>>> live(
            @RequestParam(defaultValue = "50") int limit, ServerWebExchange exchange) {
        Flux<ServerSentEvent<List<ProductResource>>> changes = list(limit, "")
                .repeatWhen(repeats -> repeats.delayElements(PAUSE))
                .distinctUntilChanged()
                .map(products -> ServerSentEvent.builder(products).build());
        return Caller.of(exchange).flatMapMany(caller -> streams.of(exchange, caller, changes));
    }

    @GetMapping("/{productId}")
    Mono<ResponseEntity<ProductResource>> get(@PathVariable String productId) {
        return stocks.find(new ProductId(productId))
                .map(ProductController::response)
                .switchIfEmpty(Mono.error(() -> unknown(productId)));
    }

    /** Creates or sets a product. With {@code If-Match}, only if the product still matches. */
    @PutMapping("/{productId}")
    Mono<ResponseEntity<ProductResource>> put(
            @PathVariable String productId,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @RequestBody ProductResource.Request request) {
        return Detached.run(setStock.set(request.stock(new ProductId(productId)), EntityTag.condition(ifMatch)))
                .map(ProductController::response)
                .onErrorMap(Condition.Failed.class, stale -> changed(productId));
    }

    /** Adds to the available stock, independent of concurrent orders. */
    @PostMapping("/{productId}/restock")
    Mono<ResponseEntity<ProductResource>> restock(
            @PathVariable String productId, @RequestBody ProductResource.Restock request) {
        return Detached.run(setStock.add(new ProductId(productId), request.units()))
                .map(ProductController::response)
                .switchIfEmpty(Mono.error(() -> unknown(productId)))
                .onErrorMap(Stock.TooMuch.class, full -> Problem.conflict("stock-full", full.getMessage() + "."));
    }

    private static ResponseEntity<ProductResource> response(Stock stock) {
        return ResponseEntity.ok().eTag(EntityTag.of(stock)).body(ProductResource.of(stock));
    }

    private static Problem changed(String productId) {
        return Problem.preconditionFailed("Product " + productId + " does not match If-Match; nothing was changed.");
    }

    /**
     * Returns the insert-only ledger, oldest first; {@code after} is the {@code id} of the last entry of the previous
     * page.
     */
    @GetMapping("/{productId}/history")
    Mono<List<ProductResource.Movement>> history(
            @PathVariable String productId,
            @RequestParam(defaultValue = "200") int limit,
            @RequestParam(defaultValue = "0") long after) {
        var product = new ProductId(productId);
        return stocks.find(product)
                .switchIfEmpty(Mono.error(() -> unknown(productId)))
                .flatMap(found -> stocks.history(product, Math.max(0, after), Limits.page(limit, MOST))
                        .map(ProductResource.Movement::of)
                        .collectList());
    }

    private static Problem unknown(String productId) {
        return Problem.notFound("product", "There is no product " + productId + ".");
    }
}
