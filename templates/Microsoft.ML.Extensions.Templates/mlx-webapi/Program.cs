using Microsoft.ML;
using MlxWebApi;

// What the server scores with: a file of your own, or else a model that is trained on data/train.csv.
const string ModelFile = "model.zip";
if (!File.Exists(ModelFile))
{
    Training.Train(Path.Combine(AppContext.BaseDirectory, "data", "train.csv"), ModelFile);
}

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddProblemDetails();
builder.Services.AddOpenApi();
builder.Services.AddHealthChecks();
builder.Services.AddSingleton(_ => new Scorer(ModelFile));
var app = builder.Build();
app.UseExceptionHandler();
app.UseStatusCodePages();
app.MapOpenApi();
app.MapHealthChecks("/health");
app.MapPost("/predict", (PredictionRequest request, Scorer scorer) =>
{
    if (request.Features.Length != Series.Steps)
    {
        return Results.Problem($"features has {request.Features.Length} numbers; the model reads {Series.Steps}.", statusCode: StatusCodes.Status400BadRequest);
    }
    try
    {
        return Results.Ok(scorer.Predict(new Series { Features = request.Features }));
    }
    catch (InvalidDataException e)
    {
        // What the row has that cannot be scored, such as numbers far from those of training.
        return Results.Problem(e.Message, statusCode: StatusCodes.Status400BadRequest);
    }
}).Produces<Prediction>().ProducesProblem(StatusCodes.Status400BadRequest);
// The model is loaded before the first request.
app.Services.GetRequiredService<Scorer>();
app.Run();
