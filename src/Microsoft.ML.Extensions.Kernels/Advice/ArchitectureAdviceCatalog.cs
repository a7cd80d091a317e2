using Microsoft.ML.Extensions.Kernels;

namespace Microsoft.ML;

/// <summary>Advice on a deep network's shape: <c>ml.Model.AdviseArchitecture(...)</c>.</summary>
public static class ArchitectureAdviceCatalog
{
    /// <summary>
    /// Predictions of theory for a deep network's depth, width and initialisation, compared with one random network of that shape.
    /// </summary>
    /// <param name="catalog"><c>ml.Model</c>.</param>
    /// <param name="options">The activation, the depth or the width or both, the numbers of inputs and outputs.</param>
    /// <param name="data">
    /// Rows with the feature column, of which up to 1,024 are read; null uses Gaussian inputs, and needs
    /// <see cref="ArchitectureAdvisorOptions.Inputs"/>.
    /// </param>
    /// <exception cref="ArgumentException">Options are out of range or do not fit the data; the message says how.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The feature column is missing or not a vector of Single of fixed length.</exception>
    /// <exception cref="InvalidDataException">A row cannot be used; the message names column and row.</exception>
    /// <exception cref="InvalidOperationException">The data have no rows.</exception>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    /// using Microsoft.ML.Data;
    /// using Microsoft.ML.Extensions.Kernels;
    ///
    /// var ml = new MLContext(seed: 1);
    /// var data = ml.Data.LoadFromTextFile("table.csv", [new("Features", DataKind.Single, 0, 9), new("Label", DataKind.Single, 10)], separatorChar: ',');
    /// var advice = ml.Model.AdviseArchitecture(new ArchitectureAdvisorOptions { Depth = 30, Width = 64, Outputs = 3 }, data);
    /// Console.Write(advice);
    /// ]]></code></example>
    /// <seealso href="../docs/DeepNetwork.html">docs/DeepNetwork.md</seealso>
    public static ArchitectureAdvice AdviseArchitecture(
        this ModelOperationsCatalog catalog, ArchitectureAdvisorOptions options, IDataView? data = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return ArchitectureAdvisor.Advise(options, data);
    }
}
