using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.ObjectPool;
using Microsoft.ML.Extensions.Samples;

namespace Microsoft.ML.Extensions.Tool;

/// <summary>The answer to a row.</summary>
/// <param name="PredictedLabel">The class.</param>
/// <param name="Scores">The probability of each class.</param>
/// <param name="Score">The predicted number, where numbers are predicted.</param>
internal sealed record PredictionResponse(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? PredictedLabel,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyDictionary<string, float>? Scores,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] float? Score);

/// <summary>Answers requests for predictions over HTTP: POST /predict, and GET /health, /metrics and /openapi/v1.json.</summary>
internal sealed class PredictionServer : IAsyncDisposable
{
    private const int LargestBody = 4 << 20;

    private readonly StoredModel _stored;
    private readonly RequestReader _reader;
    private readonly ObjectPool<RowEngine> _engines;
    private readonly ServingMetrics _metrics = new();
    private readonly WebApplication _app;

    private PredictionServer(StoredModel stored, string host, int port)
    {
        _stored = stored;
        _reader = new RequestReader(stored.Schema, stored.Description);
        _engines = new DefaultObjectPoolProvider { MaximumRetained = Environment.ProcessorCount * 2 }.Create(new EnginePolicy(stored));
        // Nothing of the folder or the environment changes what is served.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = typeof(PredictionServer).Assembly.GetName().Name });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.Limits.MaxRequestBodySize = LargestBody).UseUrls($"http://{host}:{port}");
        builder.Services.AddRouting();
        builder.Services.AddOpenApi();
        _app = builder.Build();
        _app.MapPost("/predict", (Delegate)Answer).WithSummary($"Predicts '{stored.Description.Label}' of a row, or of each row of an array.")
            .Produces<PredictionResponse>().ProducesProblem(StatusCodes.Status400BadRequest)
            .AddOpenApiOperationTransformer((operation, _, _) =>
            {
                operation.RequestBody = RequestSchema.Of(stored.Schema, stored.Description);
                return Task.CompletedTask;
            });
        _app.MapGet("/health", Health).WithSummary("Whether the model answers, and which it is.");
        _app.MapGet("/metrics", () => Results.Text(_metrics.Text(), "text/plain; version=0.0.4")).ExcludeFromDescription();
        _app.MapOpenApi();
    }

    /// <summary>The address, once it listens.</summary>
    public string Address => _app.Urls.First();

    /// <summary>Starts to listen.</summary>
    /// <param name="stored">The model; it is disposed with the server.</param>
    /// <param name="host">The name or address to listen on.</param>
    /// <param name="port">The port; 0 for a free one.</param>
    /// <exception cref="UsageException">The model cannot be served row by row, or the port is in use.</exception>
    public static async Task<PredictionServer> Start(StoredModel stored, string host, int port)
    {
        if (stored.Description.Task is TaskName.Forecasting)
        {
            throw new UsageException("A forecast needs the steps before it, so that a row alone cannot be answered: use 'mlx predict', "
                + "or Consumption.Forecast of the generated C#.");
        }
        var server = new PredictionServer(stored, host, port);
        try
        {
            // Once, so that a model that cannot be scored is found now and not by a request.
            server._engines.Return(server._engines.Get());
            await server._app.StartAsync();
            return server;
        }
        catch (IOException error) when (error.InnerException is AddressInUseException)
        {
            await server.DisposeAsync();
            throw new UsageException($"port {port} is in use; choose another with --port (0 takes a free one).");
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        (_engines as IDisposable)?.Dispose();
        _metrics.Dispose();
        _stored.Dispose();
    }

    private IResult Health() => Results.Ok(new
    {
        status = "healthy",
        model = _stored.Description.Name,
        task = _stored.Description.Task.ToString().ToLowerInvariant(),
        trainer = _stored.Description.Trainer,
    });

    // As a Delegate: a RequestDelegate's result would be dropped.
    private async Task<IResult> Answer(HttpContext context)
    {
        var clock = Stopwatch.StartNew();
        var (status, rows) = (StatusCodes.Status400BadRequest, 0);
        try
        {
            using var body = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
            var found = Predict(_reader.Rows(body.RootElement));
            (status, rows) = (StatusCodes.Status200OK, found.Count);
            return body.RootElement.ValueKind == JsonValueKind.Array ? Results.Ok(found) : Results.Ok(found[0]);
        }
        catch (JsonException error)
        {
            return Problem($"The body is no JSON: {error.Message}");
        }
        catch (Exception error) when (error is BadRequestException or InvalidDataException)
        {
            // Of the model: values that are missing where none may be, or far from all that it learned from.
            return Problem(error.Message);
        }
        catch (BadHttpRequestException error)
        {
            status = error.StatusCode;
            return Results.Problem(error.Message, statusCode: status);
        }
        finally
        {
            _metrics.Add(status, rows, clock.Elapsed);
        }
    }

    private List<PredictionResponse> Predict(IReadOnlyList<IReadOnlyList<object>> rows)
    {
        var engine = _engines.Get();
        try
        {
            return [.. rows.Select(row => Response(engine.Predict(row)))];
        }
        finally
        {
            _engines.Return(engine);
        }
    }

    private static PredictionResponse Response(RowPrediction prediction) => prediction.PredictedLabel is { } label
        ? new PredictionResponse(label, prediction.Scores.ToDictionary(), null)
        : new PredictionResponse(null, null, prediction.Scores[0].Value);

    private static IResult Problem(string reason) => Results.Problem(reason, statusCode: StatusCodes.Status400BadRequest);

    private sealed class EnginePolicy(StoredModel stored) : PooledObjectPolicy<RowEngine>
    {
        public override RowEngine Create() => new(stored);

        public override bool Return(RowEngine engine) => true;
    }
}
