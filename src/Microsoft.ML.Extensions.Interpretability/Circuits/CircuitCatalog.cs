using System.Diagnostics;
using Microsoft.ML.Extensions.Interpretability;

namespace Microsoft.ML;

/// <summary>Circuits on <see cref="ModelOperationsCatalog"/>.</summary>
public static class CircuitCatalog
{
    /// <summary>Measures methods that find circuits on one that is known.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="model">The model.</param>
    /// <param name="task">The examples.</param>
    /// <param name="truth">The circuit.</param>
    /// <param name="methods">The methods; none for all that the package has, with their defaults.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>For each method the area under the ROC curve over heads and over edges, and its seconds.</returns>
    /// <exception cref="ArgumentException">An example does not fit the model, or what a method needs is missing.</exception>
    public static IReadOnlyList<CircuitComparison> CompareCircuits(
        this ModelOperationsCatalog catalog, TransformerModel model, CircuitTask task, CircuitTruth truth, IEnumerable<CircuitMethod>? methods = null,
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
