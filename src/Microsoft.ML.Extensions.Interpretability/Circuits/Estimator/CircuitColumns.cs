using System.ComponentModel.DataAnnotations;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>The columns of a circuit's transformer.</summary>
/// <param name="Input">Texts or tokens.</param>
/// <param name="Codes">The codes, added.</param>
/// <param name="Activation">The circuit's activation, added.</param>
internal sealed record CircuitColumns(
    [property: Required] string Input, [property: Required] string Codes, [property: Required] string Activation);
