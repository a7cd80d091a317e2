namespace Microsoft.ML.Extensions.Columns;

/// <summary>Where a row stands among the others.</summary>
/// <param name="Series">The number of its series or group; 0 where there is one.</param>
/// <param name="Start">The place of its first step, counted in steps of its series.</param>
internal readonly record struct RowPlace(long Series, long Start);
