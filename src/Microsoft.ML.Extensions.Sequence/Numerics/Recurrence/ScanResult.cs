namespace Microsoft.ML.Extensions.Numerics.Recurrence;

/// <summary>The gradients of the reference: dL/dx [Heads, B, T, G, W], dL/d(a, b) [P + G, H], dL/ds_0 [S, B, H].</summary>
internal sealed record ScanResult(double[] Inputs, double[] Parameters, double[] Initial);
