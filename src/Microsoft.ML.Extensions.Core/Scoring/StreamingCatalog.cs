using Microsoft.ML.Data;
using Microsoft.ML.Extensions;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Scoring;

namespace Microsoft.ML;

/// <summary>Creates engines that score a sequence step by step.</summary>
public static class StreamingCatalog
{
    /// <summary>Creates an engine that takes a model's sequence one time step at a time.</summary>
    /// <param name="catalog"><c>ml.Model</c>.</param>
    /// <param name="model">
    /// A trained or loaded model with a sequence network of this pack in it; every other part must map row to row.
    /// </param>
    /// <param name="inputSchemaDefinition">
    /// The columns of <typeparamref name="TIn"/>, where its attributes do not suffice; null otherwise.
    /// </param>
    /// <param name="outputSchemaDefinition">
    /// The columns of <typeparamref name="TOut"/>, where its attributes do not suffice; null otherwise.
    /// </param>
    /// <typeparam name="TIn">A step: the model's input columns, with only the new step in the sequence column.</typeparam>
    /// <typeparam name="TOut">The columns wanted of the prediction.</typeparam>
    /// <exception cref="ArgumentException">The model has no network of this pack.</exception>
    /// <exception cref="NotSupportedException">The network needs whole rows; the message says what to set.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    /// using Microsoft.ML.Data;
    ///
    /// var ml = new MLContext();
    /// var model = ml.Model.Load("sensor.zip", out _);
    /// Step[] sensor = [new() { Features = new float[12] }, new() { Features = new float[12] }];
    ///
    /// using var engine = ml.Model.CreateStreamingEngine<Step, Prediction>(model);
    /// foreach (var step in sensor)
    /// {
    ///     Console.WriteLine(engine.Predict(step).PredictedLabel);
    /// }
    /// engine.SaveState("sensor-7.state");
    ///
    /// class Step
    /// {
    ///     [VectorType(1, 12)]
    ///     public float[] Features { get; set; } = [];
    ///
    ///     public string Label { get; set; } = "";
    /// }
    ///
    /// class Prediction
    /// {
    ///     public string PredictedLabel { get; set; } = "";
    /// }
    /// ]]></code></example>
    /// <seealso href="../docs/Streaming.html">docs/Streaming.md</seealso>
    public static StreamingEngine<TIn, TOut> CreateStreamingEngine<TIn, TOut>(
        this ModelOperationsCatalog catalog, ITransformer model,
        SchemaDefinition? inputSchemaDefinition = null, SchemaDefinition? outputSchemaDefinition = null)
        where TIn : class
        where TOut : class, new()
    {
        ArgumentNullException.ThrowIfNull(model);
        var parts = model.Parts().ToList();
        var networks = parts.OfType<NetworkTransformer>().ToList();
        if (networks.Count == 0)
        {
            throw new ArgumentException(
                "The model has no network of Microsoft.ML.Extensions in it, so there is nothing to stream; use CreatePredictionEngine.",
                nameof(model));
        }
        var chain = parts.Select(part => part is NetworkTransformer network ? network.Stream() : part).ToArray();
        var streams = chain.OfType<StreamingTransformer>().Select(part => part.Scorer).ToArray();
        try
        {
            var engine = catalog.CreatePredictionEngine<TIn, TOut>(new TransformerChain<ITransformer>(chain), new PredictionEngineOptions
            {
                OwnsTransformer = false,
                InputSchemaDefinition = inputSchemaDefinition,
                OutputSchemaDefinition = outputSchemaDefinition,
            });
            return new StreamingEngine<TIn, TOut>(engine, streams, networks);
        }
        catch
        {
            Array.ForEach(streams, stream => stream.Free());
            throw;
        }
    }
}
