using System.Diagnostics;
using Microsoft.ML.Extensions.Interpretability;
using Microsoft.ML.Extensions.MLNet;

namespace Microsoft.ML;

/// <summary>Adds circuits to <see cref="ModelOperationsCatalog"/>.</summary>
public static class CircuitCatalog
{
    /// <summary>Evaluates methods that find circuits on a known circuit.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="model">The model.</param>
    /// <param name="task">The examples.</param>
    /// <param name="truth">The circuit.</param>
    /// <param name="methods">The methods; null for all methods of the package, with their defaults.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>For each method the area under the ROC curve over heads and over edges, and its seconds.</returns>
    /// <exception cref="ArgumentException">An example does not fit the model, or something that a method needs is missing.</exception>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    /// using Microsoft.ML.Extensions.Interpretability;
    ///
    /// var ml = new MLContext(seed: 1);
    /// using var compiled = RaspCompiler.Compile(RaspPrograms.Reverse(), new RaspCompilerOptions { Vocabulary = 3, Length = 5, DummyHeads = 3 });
    /// var compared = ml.Model.CompareCircuits(compiled.Model, compiled.ToTask(12), compiled.Truth(AblationKind.Resample));
    /// Console.WriteLine(CircuitComparison.Table(compared));
    /// ]]></code></example>
    /// <seealso href="../docs/SparseAutoencoderCircuit.html">docs/SparseAutoencoderCircuit.md</seealso>
    public static IReadOnlyList<CircuitComparison> CompareCircuits(
        this ModelOperationsCatalog catalog, TransformerModel model, CircuitTask task, CircuitTruth truth,
            IEnumerable<CircuitMethod>? methods = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(truth);
        return [.. (methods ?? AllMethods()).Select(method =>
        {
            var watch = Stopwatch.StartNew();
            var scores = method.Score(model, task, cancellationToken);
            return CircuitComparison.Of(method, scores, truth, watch.Elapsed.TotalSeconds);
        })];
    }

    /// <summary>
    /// Finds the circuit of a language model by which positive examples differ from negative ones (O'Neill and Bui 2024, arXiv 2405.12522).
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="model">The language model; do not dispose it while estimator and transformer are used.</param>
    /// <param name="tokenizer">Reads texts; null where the input column is of tokens.</param>
    /// <param name="inputColumnName">Texts, or vectors of tokens.</param>
    /// <param name="labelColumnName">Boolean: whether a row is a positive example.</param>
    /// <param name="codesColumnName">The heads' codes, added.</param>
    /// <param name="activationColumnName">The circuit's activation, added.</param>
    /// <param name="modelFolder">
    /// The folder from which <see cref="TransformerModel.Load"/> loads the model again; needed for saving unless the model is embedded.
    /// </param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <exception cref="ArgumentException">Options are not allowed, or a name is empty.</exception>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    /// using Microsoft.ML.Data;
    /// using Microsoft.ML.Extensions.Interpretability;
    ///
    /// var ml = new MLContext(seed: 1);
    /// var data = ml.Data.LoadFromTextFile("texts.tsv", [new("Label", DataKind.Boolean, 0), new("Text", DataKind.String, 1)]);
    /// using var model = TransformerModel.Load("gpt2");
    /// using var found = ml.Transforms.SparseAutoencoderCircuitFinder(model, TransformerTokenizer.Load("gpt2")).Fit(data);
    /// foreach (var head in found.Circuit.Heads.Where(head => head.Selected))
    /// {
    ///     Console.WriteLine($"{head.Head} {head.Score:f3}");
    /// }
    /// ]]></code></example>
    /// <seealso href="../docs/SparseAutoencoderCircuit.html">docs/SparseAutoencoderCircuit.md</seealso>
    public static SparseAutoencoderCircuitFinder SparseAutoencoderCircuitFinder(
        this TransformsCatalog catalog, TransformerModel model, TransformerTokenizer? tokenizer = null, string inputColumnName = "Text",
        string labelColumnName = "Label", string codesColumnName = "Codes", string activationColumnName = "CircuitActivation",
        string? modelFolder = null, CircuitFinderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        foreach (var name in new[] { inputColumnName, labelColumnName, codesColumnName, activationColumnName })
        {
            ArgumentException.ThrowIfNullOrEmpty(name);
        }
        return new SparseAutoencoderCircuitFinder(
            catalog.Environment(), new CircuitLanguageModel(model, tokenizer, modelFolder),
            new CircuitColumns(inputColumnName, codesColumnName, activationColumnName), labelColumnName, options
                ?? new CircuitFinderOptions());
    }

    private static CircuitMethod[] AllMethods() =>
    [
        new SparseAutoencoderCircuit(),
        new SparseAutoencoderCircuit(new CircuitFinderOptions { Scoring = CircuitScoring.CodeContrast }),
        new SparseAutoencoderCircuit(CircuitFinderOptions.Published()),
        new GradientTimesActivation(),
        new HeadAblation(AblationKind.Zero),
        new HeadAblation(AblationKind.Mean),
        new HeadAblation(AblationKind.Resample),
        new EdgeAttributionPatching(),
        new AutomaticCircuitDiscovery(),
        new SubnetworkProbing(),
    ];
}
