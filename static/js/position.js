// Takes the phone's position into a form that asks for one; without it the fields are typed.
(() => {
  const place = document.querySelector("[data-position]");
  if (!place || !navigator.geolocation) return;
  const button = place.querySelector("button");
  const said = place.querySelector("[role=status]");
  const fields = place.closest("form").elements;
  const end = (sentence) => {
    button.disabled = false;
    said.textContent = sentence;
  };
  const fill = ({ coords }) => {
    fields.longitude.value = coords.longitude.toFixed(6);
    fields.latitude.value = coords.latitude.toFixed(6);
    fields.accuracy.value = Math.min(Math.ceil(coords.accuracy), 100000);
    fields.datum.value = "wgs84"; // what every browser tells
    fields.longitude.dispatchEvent(new Event("input", { bubbles: true }));
    end(place.dataset.taken);
  };
  const fail = (error) => end(error.code === error.PERMISSION_DENIED ? place.dataset.refused : place.dataset.failed);
  place.hidden = false;
  button.addEventListener("click", () => {
    button.disabled = true;
    said.textContent = place.dataset.looking;
    navigator.geolocation.getCurrentPosition(fill, fail, { enableHighAccuracy: true, timeout: 20000, maximumAge: 0 });
  });
})();
