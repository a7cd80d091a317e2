namespace Microsoft.ML.Extensions.Numerics.Attention;

/// <summary>
/// What one step does to the sums of its prefix, with m the largest score so far and c the sum of e^(s - m). None exceeds 1.
/// </summary>
/// <param name="Kept">e^(m_{t-1} - m_t), the factor of the sums before.</param>
/// <param name="Fresh">e^(s_t - m_t), the factor of what is new.</param>
/// <param name="Share">1 / c_t.</param>
internal readonly record struct StepFactors(float Kept, float Fresh, float Share);
