using System.Reflection;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Scoring;

namespace Microsoft.ML;

/// <summary>Writes ONNX files that score a sequence step by step.</summary>
public static class StreamingOnnxCatalog
{
    private const string Converter = "Microsoft.ML.OnnxConverter";

    private static readonly Lazy<Action<ModelOperationsCatalog, ITransformer, IDataView, Stream>> s_convert = new(FindConverter);

    /// <summary>Writes a pipeline as an ONNX file that takes time steps with the state of their streams, and gives predictions and new states.</summary>
    /// <param name="catalog"><c>ml.Model</c>.</param>
    /// <param name="model">A trained or loaded model with a sequence network of this pack in it; every other part must map row to row.</param>
    /// <param name="stream">Where to write the file; it stays open.</param>
    /// <param name="inputSchemaDefinition">
    /// The columns of <typeparamref name="TIn"/>, where its attributes do not suffice; null otherwise.
    /// </param>
    /// <typeparam name="TIn">A step, as <see cref="StreamingCatalog.CreateStreamingEngine"/> takes it: each of its columns is an input of the file.</typeparam>
    /// <remarks>
    /// <para>The file has the inputs and outputs of one of <c>ml.Model.ConvertToOnnx</c>, whose rows are steps, one for each of N independent streams. It
    /// also has the input <c>State.Score</c> and the output <c>State.Score.output</c>, <c>[N, S]</c> in double precision, where Score is the network's score
    /// column. A row of zeros is a stream before its first step; give the output to the next run. Networks with causal softmax attention also have
    /// <c>Past.Score</c>, Single: <c>[N, 0]</c> before the first step, and longer after each.</para>
    /// <para>The application references the package Microsoft.ML.OnnxConverter.</para>
    /// </remarks>
    /// <exception cref="ArgumentException">
    /// The model has no network of this pack; or <typeparamref name="TIn"/> has a column with the name of a state, or two networks have one score column.
    /// </exception>
    /// <exception cref="NotSupportedException">The network needs whole rows; the message says what to set.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    /// <exception cref="InvalidOperationException">A step of the pipeline has no ONNX form, or the package Microsoft.ML.OnnxConverter is missing.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    /// using Microsoft.ML.Data;
    ///
    /// var ml = new MLContext();
    /// var model = ml.Model.Load("sensor.zip", out _);
    /// using var file = File.Create("sensor.onnx");
    /// ml.Model.ConvertToStreamingOnnx<Step>(model, file);
    ///
    /// class Step
    /// {
    ///     [VectorType(12)]
    ///     public float[] Features { get; set; } = [];
    ///
    ///     public string Label { get; set; } = "";
    /// }
    /// ]]></code></example>
    /// <seealso href="../docs/Onnx.html">docs/Onnx.md</seealso>
    public static void ConvertToStreamingOnnx<TIn>(
        this ModelOperationsCatalog catalog, ITransformer model, Stream stream, SchemaDefinition? inputSchemaDefinition = null)
        where TIn : class
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(stream);
        var chain = model.Parts().Select(part => part is NetworkTransformer network ? network.OnnxSteps() : part).ToArray();
        var states = chain.OfType<OnnxStepTransformer>().SelectMany(part => part.States.All).ToArray();
        if (states.Length == 0)
        {
            throw new ArgumentException(
                "The model has no network of Microsoft.ML.Extensions in it, so there is nothing to stream; use ConvertToOnnx.", nameof(model));
        }
        var environment = catalog.Environment();
        var steps = new DataOperationsCatalog(environment).LoadFromEnumerable(Array.Empty<TIn>(), inputSchemaDefinition).Schema;
        var schema = new DataViewSchema.Builder();
        schema.AddColumns(steps);
        var names = steps.Select(column => column.Name).ToHashSet();
        foreach (var state in states)
        {
            if (!names.Add(state.Name))
            {
                throw new ArgumentException(
                    $"Column '{state.Name}' would be there twice: it is a state of the file. Rename the column of {typeof(TIn).Name}, or the score "
                    + "column of one of the networks.", nameof(model));
            }
            schema.AddColumn(state.Name, state.Type, state.Annotations);
        }
        s_convert.Value(catalog, new TransformerChain<ITransformer>(chain), new EmptyDataView(environment, schema.ToSchema()), stream);
    }

    // The converter is a package of its own, which only applications that convert need.
    private static Action<ModelOperationsCatalog, ITransformer, IDataView, Stream> FindConverter()
    {
        try
        {
            return Assembly.Load(Converter).GetType("Microsoft.ML.OnnxExportExtensions", throwOnError: true)!
                .GetMethod("ConvertToOnnx", [typeof(ModelOperationsCatalog), typeof(ITransformer), typeof(IDataView), typeof(Stream)])!
                .CreateDelegate<Action<ModelOperationsCatalog, ITransformer, IDataView, Stream>>();
        }
        catch (FileNotFoundException e)
        {
            throw new InvalidOperationException($"The conversion needs the package {Converter}; reference it in the application's project.", e);
        }
    }
}
